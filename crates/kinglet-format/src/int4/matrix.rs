//! One matrix: the tensors that it is made of, and that they fit together.

use std::{collections::BTreeMap, sync::Arc};

use kinglet_tensor::{DType, Shape};

use super::{
    Int4Error,
    codes::WORD,
    recent::Recent,
    settings::{Method, Settings},
};
use crate::{
    FormatError, Source, TensorInfo,
    shown::shown,
    view::{Data, Place},
};

/// The longest row. Those of models have a twentieth of it.
const LONGEST_ROW: usize = 1 << 20;

/// What becomes of matrices whose groups are none of whole blocks. As in transformers, each value is rounded.
const DECODED: DType = DType::F16;

/// A matrix in 4 bits, whose rows are made when they are wanted.
#[derive(Debug)]
pub(crate) struct Matrix {
    pub(super) module: String,
    pub(super) method: Method,
    pub(super) rows: usize,
    pub(super) width: usize,
    pub(super) groups: usize,
    pub(super) order: Order,
    dtype: DType,
    pub(super) codes: Place,
    pub(super) zeros: Place,
    pub(super) scales: (Place, DType),
    pub(super) recent: Arc<Recent>,
}

/// Which group a column belongs to.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// So many columns after one another.
    Even(usize),
    /// As this tensor says.
    Listed(Place),
}

/// The tensors of a matrix.
pub(super) struct Parts {
    codes: TensorInfo,
    zeros: TensorInfo,
    scales: TensorInfo,
    index: Option<TensorInfo>,
}

impl Parts {
    /// Takes those of a module from among all tensors.
    pub(super) fn take(
        tensors: &mut BTreeMap<String, TensorInfo>,
        module: &str,
        method: Method,
    ) -> Result<Parts, FormatError> {
        let mut take = |part: &'static str| {
            let missing = || FormatError::Int4 { module: shown(module), why: Int4Error::Missing { part } };
            tensors.remove(&format!("{module}.{part}")).ok_or_else(missing)
        };
        let (codes, zeros, scales) = (take("qweight")?, take("qzeros")?, take("scales")?);
        let index = if method == Method::Awq { None } else { take("g_idx").ok() };
        Ok(Parts { codes, zeros, scales, index })
    }
}

impl Matrix {
    /// Checks the types and shapes of the parts, and the groups that they name.
    pub(super) async fn new(
        source: &Source,
        module: String,
        parts: Parts,
        settings: Settings,
        recent: Arc<Recent>,
    ) -> Result<Matrix, FormatError> {
        let Settings { method, group, reordered } = settings;
        let wrong = |why| FormatError::Int4 { module: shown(&module), why };
        let (width, rows) = sides(&parts.codes, method).map_err(wrong)?;
        let groups = group.map_or(1, |group| width.div_ceil(group));
        let group = group.unwrap_or(width);
        let codes = words("qweight", &parts.codes, parts.codes.shape.dims()).map_err(wrong)?;
        let zeros = words("qzeros", &parts.zeros, &[groups, rows / WORD]).map_err(wrong)?;
        let scales = scales(&parts.scales, &[groups, rows]).map_err(wrong)?;
        let mut order = Order::Even(group);
        match parts.index {
            Some(index) => {
                let place = words("g_idx", &index, &[width]).map_err(wrong)?;
                let listed = read_groups(source, &place, groups, &module).await?;
                if listed.iter().enumerate().any(|(column, &listed)| listed != column / group) {
                    order = Order::Listed(place);
                }
            }
            None if reordered => return Err(wrong(Int4Error::Missing { part: "g_idx" })),
            None => {}
        }
        let dtype = match order {
            Order::Even(group) => blocks_of(if groups == 1 { width } else { group }, groups),
            Order::Listed(_) => DECODED,
        };
        Ok(Matrix { module, method, rows, width, groups, order, dtype, codes, zeros, scales, recent })
    }

    pub(super) fn dtype(&self) -> DType {
        self.dtype
    }

    pub(super) fn shape(&self) -> Shape {
        Shape::from([self.rows, self.width])
    }

    /// Whether it is no longer quantized when it is read.
    pub(super) fn is_decoded(&self) -> bool {
        self.dtype.block_elements() == 1
    }

    pub(super) fn type_name(&self) -> String {
        let method = if self.method == Method::Awq { "AWQ" } else { "GPTQ" };
        match self.order {
            Order::Even(group) => format!("{method} int4 g{group}"),
            Order::Listed(_) => format!("{method} int4 g_idx"),
        }
    }

    /// The files' parts of it.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Place> {
        let index = match &self.order {
            Order::Listed(place) => Some(place),
            Order::Even(_) => None,
        };
        [&self.codes, &self.zeros, &self.scales.0].into_iter().chain(index)
    }

    /// Columns of a group, unless its columns are listed.
    pub(super) fn group(&self) -> usize {
        match self.order {
            // A group may be said to be larger than a row.
            Order::Even(group) => group.min(self.width),
            Order::Listed(_) => 1,
        }
    }

    /// The group of each column.
    pub(super) async fn column_groups(&self, source: &Source) -> Result<Vec<usize>, FormatError> {
        match &self.order {
            Order::Even(group) => Ok((0..self.width).map(|column| column / group).collect()),
            Order::Listed(place) => read_groups(source, place, self.groups, &self.module).await,
        }
    }

    pub(super) fn wrong(&self, why: Int4Error) -> FormatError {
        FormatError::Int4 { module: shown(&self.module), why }
    }
}

/// The group of each column, all of them groups that there are.
async fn read_groups(source: &Source, place: &Place, groups: usize, module: &str) -> Result<Vec<usize>, FormatError> {
    let bytes = source.read(&place.file, place.range.clone()).await?;
    let group = |(column, bytes): (usize, &[u8; 4])| {
        let group = i32::from_le_bytes(*bytes);
        let known = usize::try_from(group).ok().filter(|&group| group < groups);
        let wrong = || Int4Error::Group { column, group, last: groups.saturating_sub(1) };
        known.ok_or_else(|| FormatError::Int4 { module: shown(module), why: wrong() })
    };
    bytes.as_chunks().0.iter().enumerate().map(group).collect()
}

/// The type whose blocks lie within groups of so many columns; floats where none does.
fn blocks_of(group: usize, groups: usize) -> DType {
    let fits = |dtype: &DType| group.is_multiple_of(dtype.block_elements());
    let found = [DType::I4_G128, DType::I4_G64, DType::I4_G32].into_iter().find(fits);
    // The last block of a row may reach beyond its end.
    found.unwrap_or(if groups == 1 { DType::I4_G32 } else { DECODED })
}

/// Columns and rows.
fn sides(codes: &TensorInfo, method: Method) -> Result<(usize, usize), Int4Error> {
    let sides = match (codes.shape.dims(), method) {
        (&[words, rows], Method::Gptq { .. }) => words.checked_mul(WORD).zip(Some(rows)),
        (&[width, words], Method::Awq) => Some(width).zip(words.checked_mul(WORD)),
        _ => None,
    };
    let possible =
        |&(width, rows): &(usize, usize)| (1..=LONGEST_ROW).contains(&width) && rows > 0 && rows.is_multiple_of(WORD);
    sides.filter(possible).ok_or_else(|| Int4Error::Shape {
        part: "qweight",
        found: codes.shape.to_string(),
        expected: match method {
            Method::Gptq { .. } => format!("[columns / 8, rows], rows by eights and at most {LONGEST_ROW} columns"),
            Method::Awq => format!("[columns, rows / 8], at most {LONGEST_ROW} columns"),
        },
    })
}

/// A part of whole 32-bit numbers.
fn words(part: &'static str, info: &TensorInfo, shape: &[usize]) -> Result<Place, Int4Error> {
    if info.dtype_name != "I32" {
        return Err(Int4Error::Type { part, found: info.dtype_name.clone(), expected: "I32" });
    }
    place(part, info, shape)
}

fn scales(info: &TensorInfo, shape: &[usize]) -> Result<(Place, DType), Int4Error> {
    let (part, expected) = ("scales", "F16, BF16 or F32");
    let wrong = || Int4Error::Type { part, found: info.dtype_name.clone(), expected };
    let dtype = info.dtype.filter(|dtype| dtype.block_elements() == 1).ok_or_else(wrong)?;
    Ok((place(part, info, shape)?, dtype))
}

fn place(part: &'static str, info: &TensorInfo, shape: &[usize]) -> Result<Place, Int4Error> {
    let wrong = || Int4Error::Shape { part, found: info.shape.to_string(), expected: Shape::from(shape).to_string() };
    match &info.data {
        Data::Plain(place) if info.shape.dims() == shape => Ok(place.clone()),
        _ => Err(wrong()),
    }
}
