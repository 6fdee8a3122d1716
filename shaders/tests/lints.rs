//! Each lint fires where its rule is broken, and only that one.

use kinglet_shaders::lint::{LINTS, check};

/// A kernel that breaks one rule, by the lint's name.
const BROKEN: &[(&str, &str)] = &[
    (
        "storage-buffers",
        "@group(0) @binding(0) var<storage, read_write> a: array<u32>;
        @group(0) @binding(1) var<storage, read> b: array<u32>;
        @group(0) @binding(2) var<storage, read> c: array<u32>;
        @group(0) @binding(3) var<storage, read> d: array<u32>;
        @group(0) @binding(4) var<storage, read> e: array<u32>;
        @group(0) @binding(5) var<storage, read> f: array<u32>;
        @group(0) @binding(6) var<storage, read> g: array<u32>;
        @group(0) @binding(7) var<storage, read> h: array<u32>;
        @group(0) @binding(8) var<storage, read> i: array<u32>;
        @compute @workgroup_size(1) fn main() { a[0] = b[0] + c[0] + d[0] + e[0] + f[0] + g[0] + h[0] + i[0]; }",
    ),
    (
        "workgroup-memory",
        "override ROWS: u32 = 65u;
        var<workgroup> a: array<vec4<f32>, ROWS * 16u>;
        @compute @workgroup_size(1) fn main() { a[0] = vec4<f32>(1.0); }",
    ),
    ("workgroup-threads", "override SIDE: u32 = 17u; @compute @workgroup_size(SIDE, 16) fn main() {}"),
    ("unused-binding", "@group(0) @binding(0) var<uniform> a: u32; @compute @workgroup_size(1) fn main() {}"),
    ("unused-override", "override A: u32 = 1u; // A\n@compute @workgroup_size(1) fn main() {}"),
    (
        "inexact-math",
        "@compute @workgroup_size(1) fn main() { let a = 1.5; var b = sin(a * f32(1)); b = pow(b, 2.0); }",
    ),
    ("literal-range", "@compute @workgroup_size(1) fn main() { var a = -3.4028e38f; }"),
    ("subgroup-elect", "fn subgroupElect() {} @compute @workgroup_size(1) fn main() { subgroupElect(); }"),
    ("f16-type", "fn f16() {} @compute @workgroup_size(1) fn main() { f16(); }"),
    (
        "loop-variable",
        "@compute @workgroup_size(1) fn main() {
            var fine: u32;
            for (var i = 0u; i < 4u; i++) { if (i > 1u) { var sum: vec2<f32>; fine += u32(sum.x); } var also = 0u; fine += also; }
        }",
    ),
    (
        "uniformity",
        "fn meet(other: u32, apart: bool) { if (apart) { return; } workgroupBarrier(); }
        @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) { meet(1u, lane == 3u); }",
    ),
    (
        "uniformity",
        "@group(0) @binding(0) var<storage, read_write> a: array<u32>;
        @compute @workgroup_size(64) fn main() { if (a[0] == 1u) { return; } workgroupBarrier(); }",
    ),
    (
        "uniformity",
        "@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {
            for (var i = lane; i < 64u; i++) { workgroupBarrier(); }
        }",
    ),
    (
        "uniformity",
        "fn meet() { workgroupBarrier(); }
        @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {
            var apart = false;
            if (lane == 3u) { apart = true; }
            if (apart) { meet(); }
        }",
    ),
    (
        "uniformity",
        "fn pick(lane: u32) -> u32 { if (lane > 7u) { return 1u; } return 2u; }
        @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {
            for (var i = 0u; i < 9u; i++) {
                workgroupBarrier();
                if (pick(lane) == i) { break; }
            }
        }",
    ),
    (
        "uniformity",
        "@group(0) @binding(0) var<storage, read_write> a: array<u32>;
        @compute @workgroup_size(64) fn main() { if (a[0] == 1u) { a[1] = subgroupAdd(a[2]); } }",
    ),
];

#[test]
fn each_lint_fires() {
    let mut wrong = Vec::new();
    for (name, source) in BROKEN {
        match check(source, &[]) {
            Ok(found) if !found.is_empty() && found.iter().all(|finding| finding.lint == *name) => {}
            Ok(found) => wrong.push(format!("{name}: {found:?}")),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    let tested = |name| BROKEN.iter().any(|(broken, _)| *broken == name);
    wrong.extend(LINTS.iter().filter(|lint| !tested(lint.name)).map(|lint| format!("{} is not tested", lint.name)));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Not every browser has the language feature; a lint is needed once naga has it.
#[test]
fn naga_refuses_pointers_into_shared_memory() {
    let source = "
        var<workgroup> a: u32;
        fn put(to: ptr<workgroup, u32>) { *to = 1u; }
        @compute @workgroup_size(1) fn main() { put(&a); }";
    assert!(check(source, &[]).is_err());
}

#[test]
fn uniform_control_flow_is_fine() {
    let source = "
        @group(0) @binding(0) var<uniform> count: u32;
        @group(0) @binding(1) var<storage, read> step: array<u32>;
        var<workgroup> a: array<u32, 64>;
        fn pick(index: u32) -> u32 { if (step[index] == 1u) { return step[index + 1u]; } return count; }
        fn meet(value: u32) -> u32 { a[0] = value; workgroupBarrier(); return a[0]; }
        fn may_meet(often: u32, value: u32) { if (often > 3u) { a[value] = meet(value); } }
        @compute @workgroup_size(64)
        fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
            if (pick(group.x) > 4u) { return; }
            for (var i = 0u; i < pick(count); i++) {
                for (var k = lane; k < 64u; k += 8u) { a[k] = k; }
                if (lane == 0u) { a[0] = 1u; }
                a[lane] = meet(lane);
                may_meet(count, lane);
            }
        }";
    assert_eq!(check(source, &[]).unwrap(), []);
}

#[test]
fn overrides_decide_what_is_too_much() {
    let source = "override SIDE: u32 = 4u; @compute @workgroup_size(SIDE) fn main() {}";
    assert_eq!(check(source, &[("SIDE", 256)]).unwrap(), []);
    assert_eq!(check(source, &[("SIDE", 257)]).unwrap().len(), 1);
}
