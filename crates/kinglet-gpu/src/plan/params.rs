use kinglet_shaders::{ParamKind, Variant};

use crate::GpuError;

/// The value of a parameter.
#[derive(Clone, Copy, Debug)]
pub(super) enum Param {
    Number(usize),
    Float(f32),
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
