//! Matrices that GPTQ or AWQ quantized to 4 bits. Their folders hold each in several tensors, of codes, zeros, scales
//! and perhaps groups; here they become one tensor again, in blocks that keep a group together.
//!
//! `scale * (code - zero)` is what an element stands for. Codes and zeros are the files', scales are f16. Where groups
//! are none of whole blocks, as with the order of activations (`desc_act`), the matrix is read as F16.

mod codes;
mod error;
mod matrix;
mod recent;
mod rows;
mod settings;

use std::{collections::BTreeMap, sync::Arc};

pub use error::Int4Error;
pub(crate) use matrix::Matrix;
use matrix::Parts;
use recent::Recent;
use settings::Settings;

use crate::{Config, FormatError, Source, TensorInfo, view::Data};

const CODES: &str = ".qweight";

/// Makes one tensor of those that belong together. Groups that files name for columns are read and checked.
pub(crate) async fn join(
    source: &Source,
    config: &Config,
    tensors: &mut BTreeMap<String, TensorInfo>,
) -> Result<(), FormatError> {
    let modules: Vec<String> = tensors
        .keys()
        .filter_map(|name| name.strip_suffix(CODES))
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    if modules.is_empty() {
        return Ok(());
    }
    let settings = Settings::read(source, config).await?;
    let recent = Arc::new(Recent::default());
    let (mut reordered, count) = (0, modules.len());
    for module in modules {
        let parts = Parts::take(tensors, &module, settings.method)?;
        let matrix = Matrix::new(source, module.clone(), parts, settings, recent.clone()).await?;
        reordered += usize::from(matrix.is_decoded());
        let info = TensorInfo {
            dtype: Some(matrix.dtype()),
            dtype_name: matrix.type_name(),
            shape: matrix.shape(),
            data: Data::Int4(Arc::new(matrix)),
        };
        if tensors.insert(format!("{module}.weight"), info).is_some() {
            return Err(FormatError::Int4 { module, why: Int4Error::Twice });
        }
    }
    if reordered > 0 {
        log::warn!(
            "{}: the groups of {reordered} of {count} quantized matrices are scattered (desc_act) or no multiples of 32 \
             columns; they are decoded to F16, four times as large, unless --quant makes them small again",
            source.place()
        );
    }
    Ok(())
}
