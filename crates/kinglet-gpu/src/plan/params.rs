use kinglet_graph::Unary;
use kinglet_shaders::{Function, ParamKind, Variant};

use crate::GpuError;

/// The value of a parameter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Param {
    Number(usize),
    Float(f32),
}

/// The parameters that say which function is applied, where one is.
pub(super) fn function(unary: Option<Unary>) -> [(&'static str, Param); 2] {
    let (function, operand) = match unary {
        Some(Unary::Silu) => (Function::Silu, 1.0),
        Some(Unary::Gelu) => (Function::Gelu, 1.0),
        Some(Unary::GeluTanh) => (Function::GeluTanh, 1.0),
        Some(Unary::Relu) => (Function::Relu, 1.0),
        Some(Unary::Tanh) => (Function::Tanh, 1.0),
        Some(Unary::Softcap(cap)) => (Function::Softcap, cap),
        Some(Unary::Scale(factor)) => (Function::Scale, factor),
        None => (Function::Scale, 1.0),
    };
    [("function", Param::Number(function.number() as usize)), ("operand", Param::Float(operand))]
}

/// The bytes of a kernel's parameters, set by name: none may be missing, unknown or of the wrong kind.
pub(super) fn params(node: &str, variant: Variant, values: &[(&str, Param)]) -> Result<Vec<u8>, GpuError> {
    let descriptor = variant.descriptor();
    let wrong = |why: String| GpuError::Unsupported { node: node.to_owned(), why: format!("{variant}: {why}") };
    let mut bytes = vec![0; descriptor.params_bytes().next_multiple_of(16) as usize];
    if let Some((name, _)) = values.iter().find(|(name, _)| !descriptor.params.iter().any(|param| param.name == *name))
    {
        return Err(wrong(format!("has no parameter {name}")));
    }
    for param in descriptor.params {
        let value = values.iter().find(|(name, _)| *name == param.name).map(|(_, value)| *value);
        let word = match (param.kind, value) {
            (ParamKind::U32, Some(Param::Number(number))) => {
                u32::try_from(number).map_err(|_| wrong(format!("{} is {number}", param.name)))?.to_le_bytes()
            }
            (ParamKind::F32, Some(Param::Float(float))) => float.to_le_bytes(),
            _ => return Err(wrong(format!("parameter {} is missing or of the wrong kind", param.name))),
        };
        bytes[param.offset as usize..][..4].copy_from_slice(&word);
    }
    Ok(bytes)
}
