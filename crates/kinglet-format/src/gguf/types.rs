//! The numbers that stand for element types in GGUF files.

use kinglet_tensor::DType;

use crate::number::wide;

/// An element type of a GGUF file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ElementType {
    /// One that Kinglet computes with.
    Known(DType),
    /// One that it does not, of which a block is known: its name, elements and bytes.
    Foreign(&'static str, u64, u64),
    /// One of which only the number is known.
    Unknown(u32),
}

use ElementType::{Foreign, Known};

const TYPES: &[(u32, ElementType)] = &[
    (0, Known(DType::F32)),
    (1, Known(DType::F16)),
    (2, Known(DType::Q4_0)),
    (3, Known(DType::Q4_1)),
    (6, Known(DType::Q5_0)),
    (7, Known(DType::Q5_1)),
    (8, Known(DType::Q8_0)),
    (10, Known(DType::Q2_K)),
    (11, Known(DType::Q3_K)),
    (12, Known(DType::Q4_K)),
    (13, Known(DType::Q5_K)),
    (14, Known(DType::Q6_K)),
    (15, Foreign("Q8_K", 256, 292)),
    (16, Foreign("IQ2_XXS", 256, 66)),
    (17, Foreign("IQ2_XS", 256, 74)),
    (18, Foreign("IQ3_XXS", 256, 98)),
    (19, Foreign("IQ1_S", 256, 50)),
    (20, Known(DType::IQ4_NL)),
    (21, Foreign("IQ3_S", 256, 110)),
    (22, Foreign("IQ2_S", 256, 82)),
    (23, Known(DType::IQ4_XS)),
    (24, Foreign("I8", 1, 1)),
    (25, Foreign("I16", 1, 2)),
    (26, Foreign("I32", 1, 4)),
    (27, Foreign("I64", 1, 8)),
    (28, Foreign("F64", 1, 8)),
    (29, Foreign("IQ1_M", 256, 56)),
    (30, Known(DType::BF16)),
    (34, Foreign("TQ1_0", 256, 54)),
    (35, Foreign("TQ2_0", 256, 66)),
    (39, Foreign("MXFP4", 32, 17)),
    (40, Foreign("NVFP4", 64, 36)),
    (41, Foreign("Q1_0", 128, 18)),
];

impl ElementType {
    pub(crate) fn from_id(id: u32) -> ElementType {
        let known = TYPES.iter().find(|(known, _)| *known == id);
        known.map_or(ElementType::Unknown(id), |(_, element)| *element)
    }

    /// The type, where Kinglet computes with it.
    pub(crate) fn dtype(self) -> Option<DType> {
        match self {
            Known(dtype) => Some(dtype),
            Foreign(..) | ElementType::Unknown(_) => None,
        }
    }

    pub(crate) fn name(self) -> String {
        match self {
            Known(dtype) => dtype.name().to_owned(),
            Foreign(name, ..) => name.to_owned(),
            ElementType::Unknown(id) => format!("number {id}"),
        }
    }

    /// Name, elements and bytes of a block, where they are known.
    pub(crate) fn block(self) -> Option<(&'static str, u64, u64)> {
        match self {
            Known(dtype) => Some((dtype.name(), wide(dtype.block_elements()), wide(dtype.block_bytes()))),
            Foreign(name, elements, bytes) => Some((name, elements, bytes)),
            ElementType::Unknown(_) => None,
        }
    }
}

/// The number that stands for a type.
pub(crate) fn id_of(dtype: DType) -> Option<u32> {
    TYPES.iter().find(|(_, element)| *element == Known(dtype)).map(|(id, _)| *id)
}

/// The types of a GGUF file that Kinglet computes with.
pub fn types() -> impl Iterator<Item = DType> {
    TYPES.iter().filter_map(|(_, element)| element.dtype())
}

/// Their names, as a sentence lists them.
pub(crate) fn supported() -> String {
    let mut names: Vec<&str> = types().map(DType::name).collect();
    let last = names.pop().unwrap_or_default();
    format!("{} and {last}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_type_has_a_number() {
        for &dtype in DType::ALL {
            match id_of(dtype) {
                Some(id) => assert_eq!(ElementType::from_id(id), Known(dtype)),
                // What memory alone holds.
                None => assert!(dtype.name().starts_with("I4_"), "{dtype}"),
            }
        }
        assert_eq!(ElementType::from_id(16).name(), "IQ2_XXS");
        assert_eq!(ElementType::from_id(31).name(), "number 31");
        assert_eq!(ElementType::from_id(u32::MAX).block(), None);
    }
}
