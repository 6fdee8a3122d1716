//! The Rust layouts of the step and of sampling are the kernels'.
#![allow(clippy::panic, clippy::unwrap_used, reason = "functions of tests")]

use kinglet_shaders::reflect::parse_variant;
use kinglet_shaders::{
    EDIT_BYTES, Elementwise, Function, KvFormat, MAX_SPLITS, MAX_TOP, PAGE_ROWS, PICKED_RECORDS_OFFSET, RECORD_WORDS,
    SAMPLING_EDIT_OFFSET, SAMPLING_SLOTS, SLOT_SAMPLING_BYTES, STEP_DATA_OFFSET, STEP_PAGE_FIRST_OFFSET,
    STEP_PAGES_PER_SLOT_OFFSET, STEP_ROW_FIRST_OFFSET, STEP_ROWS_OFFSET, STEP_TILE_FIRST_OFFSET, STEP_TILES_OFFSET,
    STEP_TOKENS_OFFSET, TILE_BYTES, TOKEN_BYTES, Variant,
};
use naga::{Expression, Literal, Module, StructMember, TypeInner};

fn attention() -> Module {
    let variant = Variant::Attention { kv: KvFormat::F32, split: true, subgroups: false };
    parse_variant(variant).unwrap_or_else(|error| panic!("{error}")).0
}

fn layout<'a>(module: &'a Module, name: &str) -> (&'a [StructMember], usize) {
    let ty = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some(name)).unwrap().1;
    let TypeInner::Struct { members, span } = &ty.inner else { panic!("{name} is no struct") };
    (members, *span as usize)
}

#[test]
fn offsets_agree() {
    let module = attention();
    let (members, _) = layout(&module, "Step");
    let offsets: Vec<_> =
        members.iter().map(|member| (member.name.as_deref().unwrap(), member.offset as usize)).collect();
    let expected = [
        ("tokens", STEP_TOKENS_OFFSET),
        ("rows", STEP_ROWS_OFFSET),
        ("tiles", STEP_TILES_OFFSET),
        ("pages_per_slot", STEP_PAGES_PER_SLOT_OFFSET),
        ("row_first", STEP_ROW_FIRST_OFFSET),
        ("tile_first", STEP_TILE_FIRST_OFFSET),
        ("page_first", STEP_PAGE_FIRST_OFFSET),
        ("data", STEP_DATA_OFFSET),
    ];
    assert_eq!(offsets, expected);
    assert_eq!(layout(&module, "Tile").1, TILE_BYTES);
}

#[test]
fn sampling_agrees() {
    let module = parse_variant(Variant::Sample { subgroups: false }).unwrap_or_else(|error| panic!("{error}")).0;
    let (members, span) = layout(&module, "SlotSampling");
    let names: Vec<_> = members.iter().map(|member| member.name.as_deref().unwrap()).collect();
    let order = [
        "edit_first",
        "edit_count",
        "inverse_temperature",
        "top_k",
        "typical",
        "top_p",
        "min_p_distance",
        "logprobs",
        "seed_low",
        "seed_high",
        "sequence",
    ];
    assert_eq!(names, order);
    assert_eq!((span, order.len() * 4), (SLOT_SAMPLING_BYTES, SLOT_SAMPLING_BYTES));
    let (members, span) = layout(&module, "Edit");
    assert_eq!((members.len() * 4, span), (EDIT_BYTES, EDIT_BYTES));
    let (members, _) = layout(&module, "Sampling");
    assert_eq!(members[1].offset as usize, SAMPLING_EDIT_OFFSET);
    constants(
        &module,
        &[
            ("SAMPLING_SLOTS", SAMPLING_SLOTS as u32),
            ("RECORDS", PICKED_RECORDS_OFFSET as u32 / 4),
            ("RECORD", RECORD_WORDS as u32),
        ],
    );
    assert_eq!(RECORD_WORDS, 4 + 2 * MAX_TOP);
}

#[test]
fn constants_agree() {
    let words = |bytes: usize| (bytes / 4) as u32;
    let sizes = [("TOKEN_WORDS", words(TOKEN_BYTES)), ("TILE_WORDS", words(TILE_BYTES))];
    constants(&attention(), &[&sizes[..], &[("PAGE_ROWS", PAGE_ROWS), ("MAX_SPLITS", MAX_SPLITS)]].concat());
}

#[test]
fn functions_agree() {
    let variant = Variant::Elementwise { op: Elementwise::Function, rows: false };
    let module = parse_variant(variant).unwrap_or_else(|error| panic!("{error}")).0;
    let numbers: Vec<(String, u32)> = Function::ALL
        .iter()
        .map(|function| (format!("FUNCTION_{}", function.name().to_uppercase()), function.number()))
        .collect();
    constants(&module, &numbers.iter().map(|(name, number)| (name.as_str(), *number)).collect::<Vec<_>>());
}

fn constants(module: &Module, expected: &[(&str, u32)]) {
    for &(name, value) in expected {
        let named = module.constants.iter().find(|(_, constant)| constant.name.as_deref() == Some(name));
        let init = &module.global_expressions[named.unwrap().1.init];
        assert_eq!(*init, Expression::Literal(Literal::U32(value)), "{name}");
    }
}
