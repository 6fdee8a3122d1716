use crate::{Bytes, DType, Shape};

/// The values of one weight, as they lie in their file.
#[derive(Clone, Debug)]
pub struct Tensor {
    dtype: DType,
    shape: Shape,
    bytes: Bytes,
}

/// Why bytes are not a tensor.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TensorError {
    /// The number of bytes does not follow from type and shape.
    #[error("a tensor of type {dtype} and shape {shape} cannot have {bytes} bytes")]
    Length {
        /// The element type.
        dtype: DType,
        /// The dimensions.
        shape: Shape,
        /// The bytes given.
        bytes: usize,
    },
}

impl Tensor {
    /// A tensor of little-endian elements in row-major order.
    pub fn new(dtype: DType, shape: Shape, bytes: Bytes) -> Result<Tensor, TensorError> {
        match shape.bytes(dtype) {
            Some(length) if length == bytes.len() => Ok(Tensor { dtype, shape, bytes }),
            _ => Err(TensorError::Length { dtype, shape, bytes: bytes.len() }),
        }
    }

    /// The type of the elements.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The dimensions.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The elements as they lie in the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of one row, a run of the last dimension.
    pub fn row_bytes(&self) -> usize {
        self.dtype.row_bytes(self.shape.rows_and_width().1).unwrap_or(0)
    }

    /// The bytes of a row; empty beyond the last.
    pub fn row(&self, row: usize) -> &[u8] {
        let length = self.row_bytes();
        self.bytes.get(row * length..(row + 1) * length).unwrap_or_default()
    }

    /// All values as f32.
    pub fn to_f32(&self) -> Vec<f32> {
        let (rows, width) = self.shape.rows_and_width();
        let mut values = vec![0.0; rows * width];
        for (row, values) in values.chunks_exact_mut(width.max(1)).enumerate() {
            self.dtype.decode(self.row(row), values);
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_refuses_wrong_length_and_overflow() {
        let bytes = Bytes::from(vec![0; 8]);
        assert!(Tensor::new(DType::F32, Shape::from([2]), bytes.clone()).is_ok());
        let error = Tensor::new(DType::F32, Shape::from([3]), bytes.clone()).unwrap_err();
        assert_eq!(error.to_string(), "a tensor of type F32 and shape [3] cannot have 8 bytes");
        assert!(Tensor::new(DType::F32, Shape::from([usize::MAX, 2]), bytes).is_err());
    }

    #[test]
    fn rows_are_runs_of_the_last_dimension() {
        let mut bytes = Vec::new();
        DType::BF16.encode(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &mut bytes);
        let tensor = Tensor::new(DType::BF16, Shape::from([3, 2]), bytes.into()).unwrap();
        let mut row = [0.0; 2];
        tensor.dtype().decode(tensor.row(2), &mut row);
        assert_eq!(row, [5.0, 6.0]);
        assert!(tensor.row(3).is_empty());
    }
}
