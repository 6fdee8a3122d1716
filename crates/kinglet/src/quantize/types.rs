//! Which type each tensor gets.

use std::collections::BTreeMap;

use kinglet_tensor::DType;

use super::{Data, QuantizeOptions, Target};

/// What is said of matrices for which the same type was not possible.
type Fallbacks = BTreeMap<(DType, DType, usize), usize>;

/// Decides. What is not as it was asked for is said in the warnings.
pub(super) fn choose(tensors: &mut [Target], layers: usize, options: &QuantizeOptions, warnings: &mut Vec<String>) {
    let head = head(tensors);
    let mut fallbacks = Fallbacks::new();
    let mut twice: BTreeMap<DType, usize> = BTreeMap::new();
    for (index, target) in tensors.iter_mut().enumerate() {
        let Data::Stored(view) = &target.data else { continue };
        let (shape, from) = (view.shape(), view.dtype());
        target.to = DType::F32;
        if shape.dims().len() > 1 {
            let wanted = match options.types {
                types if options.pure => types.base(),
                types if head == Some(index) => better(types.base()),
                types => types.of(&target.name, layers),
            };
            let (_, width) = shape.rows_and_width();
            target.to = possible(wanted, width);
            if target.to != wanted {
                *fallbacks.entry((wanted, target.to, width)).or_default() += 1;
            }
        }
        if from != target.to && is_quantized(from) {
            *twice.entry(from).or_default() += 1;
        }
    }
    for ((wanted, to, width), count) in fallbacks {
        let block = wanted.block_elements();
        let matrices = if count == 1 { "1 matrix".to_owned() } else { format!("{count} matrices") };
        warnings.push(format!("{matrices} with rows of {width}, no multiple of {block}: {to} instead of {wanted}"));
    }
    for (from, count) in twice {
        let tensors = if count == 1 { "1 tensor was".to_owned() } else { format!("{count} tensors were") };
        warnings
            .push(format!("{tensors} {from} already: what that lost stays lost, and the errors given do not count it"));
    }
}

/// The matrix that makes the logits: the table of embeddings where there is no other.
fn head(tensors: &[Target]) -> Option<usize> {
    let find = |name: &str| tensors.iter().position(|target| target.name == name);
    find("output.weight").or_else(|| find("token_embd.weight"))
}

fn is_quantized(dtype: DType) -> bool {
    dtype.block_elements() > 1
}

/// The type for the logits: they are worth 6 bits.
fn better(dtype: DType) -> DType {
    let coarse = is_quantized(dtype) && dtype.bits_per_weight() < DType::Q6_K.bits_per_weight();
    if coarse { DType::Q6_K } else { dtype }
}

/// The type, or one of smaller blocks where rows of this width are not made of its blocks; what llama.cpp takes.
fn possible(dtype: DType, width: usize) -> DType {
    let fits = |dtype: DType| width.is_multiple_of(dtype.block_elements());
    let smaller = match dtype {
        _ if fits(dtype) => return dtype,
        DType::IQ4_XS => DType::IQ4_NL,
        DType::Q2_K | DType::Q3_K => DType::Q4_0,
        DType::Q4_K => DType::Q5_0,
        DType::Q5_K => DType::Q5_1,
        DType::Q6_K => DType::Q8_0,
        other => other,
    };
    if fits(smaller) { smaller } else { DType::F16 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_no_blocks_get_smaller_blocks() {
        assert_eq!(possible(DType::Q4_K, 512), DType::Q4_K);
        assert_eq!(possible(DType::Q4_K, 96), DType::Q5_0);
        assert_eq!(possible(DType::Q2_K, 96), DType::Q4_0);
        assert_eq!(possible(DType::IQ4_XS, 96), DType::IQ4_NL);
        for dtype in DType::ALL.iter().copied().filter(|dtype| is_quantized(*dtype)) {
            assert_eq!(possible(dtype, 30), DType::F16, "{dtype}");
        }
        assert_eq!(possible(DType::BF16, 30), DType::BF16);
    }

    #[test]
    fn logits_get_six_bits() {
        assert_eq!(better(DType::Q4_K), DType::Q6_K);
        assert_eq!(better(DType::Q4_0), DType::Q6_K);
        assert_eq!(better(DType::Q8_0), DType::Q8_0);
        assert_eq!(better(DType::F16), DType::F16);
    }
}
