//! The Rust layout of the step buffer is the kernels'.
#![allow(clippy::panic, clippy::unwrap_used, reason = "functions of tests")]

use kinglet_shaders::reflect::parse_variant;
use kinglet_shaders::{
    KvFormat, MAX_SPLITS, MAX_TOKENS, PAGE_ROWS, STEP_PAGE_OFFSET, STEP_PAGES_PER_SLOT_OFFSET, STEP_ROW_OFFSET,
    STEP_ROWS_OFFSET, STEP_TILE_OFFSET, STEP_TILES_OFFSET, STEP_TOKEN_OFFSET, STEP_TOKENS_OFFSET, TILE_BYTES,
    TOKEN_BYTES, Variant,
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
        ("token", STEP_TOKEN_OFFSET),
        ("row", STEP_ROW_OFFSET),
        ("tile", STEP_TILE_OFFSET),
        ("page", STEP_PAGE_OFFSET),
    ];
    assert_eq!(offsets, expected);
    assert_eq!(layout(&module, "Token").1, TOKEN_BYTES);
    assert_eq!(layout(&module, "Tile").1, TILE_BYTES);
}

#[test]
fn constants_agree() {
    let module = attention();
    for (name, value) in [("MAX_TOKENS", MAX_TOKENS as u32), ("PAGE_ROWS", PAGE_ROWS), ("MAX_SPLITS", MAX_SPLITS)] {
        let named = module.constants.iter().find(|(_, constant)| constant.name.as_deref() == Some(name));
        let init = &module.global_expressions[named.unwrap().1.init];
        assert_eq!(*init, Expression::Literal(Literal::U32(value)), "{name}");
    }
}
