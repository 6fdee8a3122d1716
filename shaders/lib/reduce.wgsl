// Reductions over a workgroup: every thread passes a value and gets the result.
// They may be called any number of times, in uniform control flow. The importing kernel declares
// `WORKGROUP` (const or override), its threads, a power of two of at least 4.
//
// This file alone knows whether there are subgroups. Their size is known at run time only, and threads of a
// subgroup are consecutive in `index`, as everywhere for workgroups of one dimension.

#ifdef SUBGROUPS
#enable subgroups
#endif

// The thread: an entry point has it as a parameter and passes it on.
struct Lane {
    @builtin(local_invocation_index) index: u32,
#ifdef SUBGROUPS
    @builtin(subgroup_size) subgroup_size: u32,
#endif
}

var<workgroup> reduce_scratch: array<vec4<f32>, WORKGROUP>;
var<workgroup> reduce_candidates: array<vec2<u32>, WORKGROUP>;

// The better of two candidates (key, index): the greater key, then the lower index.
fn reduce_better(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return select(a, b, b.x > a.x || (b.x == a.x && b.y < a.y));
}

#ifdef SUBGROUPS

// Adds up what the subgroups have found.
fn reduce_add4(value: vec4<f32>, lane: Lane) -> vec4<f32> {
    let partial = subgroupAdd(value);
    if (lane.index % lane.subgroup_size == 0u) {
        reduce_scratch[lane.index / lane.subgroup_size] = partial;
    }
    workgroupBarrier();
    var total = reduce_scratch[0];
    for (var i = 1u; i < WORKGROUP / lane.subgroup_size; i++) {
        total += reduce_scratch[i];
    }
    workgroupBarrier();
    return total;
}

fn reduce_max4(value: vec4<f32>, lane: Lane) -> vec4<f32> {
    let partial = subgroupMax(value);
    if (lane.index % lane.subgroup_size == 0u) {
        reduce_scratch[lane.index / lane.subgroup_size] = partial;
    }
    workgroupBarrier();
    var total = reduce_scratch[0];
    for (var i = 1u; i < WORKGROUP / lane.subgroup_size; i++) {
        total = max(total, reduce_scratch[i]);
    }
    workgroupBarrier();
    return total;
}

fn reduce_best(value: vec2<u32>, lane: Lane) -> vec2<u32> {
    let key = subgroupMax(value.x);
    let index = subgroupMin(select(0xffffffffu, value.y, value.x == key));
    if (lane.index % lane.subgroup_size == 0u) {
        reduce_candidates[lane.index / lane.subgroup_size] = vec2<u32>(key, index);
    }
    workgroupBarrier();
    var best = reduce_candidates[0];
    for (var i = 1u; i < WORKGROUP / lane.subgroup_size; i++) {
        best = reduce_better(best, reduce_candidates[i]);
    }
    workgroupBarrier();
    return best;
}

#else

fn reduce_add4(value: vec4<f32>, lane: Lane) -> vec4<f32> {
    reduce_scratch[lane.index] = value;
    for (var reach = WORKGROUP / 2u; reach > 0u; reach /= 2u) {
        workgroupBarrier();
        if (lane.index < reach) {
            reduce_scratch[lane.index] += reduce_scratch[lane.index + reach];
        }
    }
    workgroupBarrier();
    let total = reduce_scratch[0];
    workgroupBarrier();
    return total;
}

fn reduce_max4(value: vec4<f32>, lane: Lane) -> vec4<f32> {
    reduce_scratch[lane.index] = value;
    for (var reach = WORKGROUP / 2u; reach > 0u; reach /= 2u) {
        workgroupBarrier();
        if (lane.index < reach) {
            let other = reduce_scratch[lane.index + reach];
            reduce_scratch[lane.index] = max(reduce_scratch[lane.index], other);
        }
    }
    workgroupBarrier();
    let total = reduce_scratch[0];
    workgroupBarrier();
    return total;
}

fn reduce_best(value: vec2<u32>, lane: Lane) -> vec2<u32> {
    reduce_candidates[lane.index] = value;
    for (var reach = WORKGROUP / 2u; reach > 0u; reach /= 2u) {
        workgroupBarrier();
        if (lane.index < reach) {
            let other = reduce_candidates[lane.index + reach];
            reduce_candidates[lane.index] = reduce_better(reduce_candidates[lane.index], other);
        }
    }
    workgroupBarrier();
    let best = reduce_candidates[0];
    workgroupBarrier();
    return best;
}

#endif

fn reduce_add(value: f32, lane: Lane) -> f32 {
    return reduce_add4(vec4<f32>(value, 0.0, 0.0, 0.0), lane).x;
}
