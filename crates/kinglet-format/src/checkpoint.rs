use std::{collections::BTreeMap, sync::Arc};

use kinglet_tensor::{Bytes, DType, Shape};

use crate::{
    Config, FormatError, Metadata, OnProgress, RowOrder, Source, TensorView,
    choice::only_model,
    gguf, hugging_face, int4, safetensors,
    shown::shown,
    view::{Data, Place},
};

/// A model: what it says of itself, and where the tensors of its files lie.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    source: Source,
    description: Description,
    generation: Option<Config>,
    tokenizer: Option<TokenizerKind>,
    files: Vec<Arc<str>>,
    tensors: BTreeMap<String, TensorInfo>,
}

/// What a model says of itself, in the words of its format.
#[derive(Clone, Debug)]
pub enum Description {
    /// The `config.json` of a Hugging Face folder.
    HuggingFace(Config),
    /// The metadata of a GGUF file.
    Gguf(Metadata),
}

/// Where a tensor lies and what it is.
#[derive(Clone, Debug)]
pub struct TensorInfo {
    /// The element type that its rows are read in; `None` where Kinglet has no such type.
    pub dtype: Option<DType>,
    /// The element type in the file's own words.
    pub dtype_name: String,
    /// The dimensions, outermost first.
    pub shape: Shape,
    pub(crate) data: Data,
}

impl TensorInfo {
    /// Bytes in the files.
    pub fn bytes(&self) -> u64 {
        self.places().map(|place| place.range.end - place.range.start).sum()
    }

    /// The file that it lies in, or the largest part of it.
    pub fn file(&self) -> &str {
        self.places().next().map_or("", |place| &place.file)
    }

    fn places(&self) -> impl Iterator<Item = &Place> {
        let (plain, matrix) = match &self.data {
            Data::Plain(place) => (Some(place), None),
            Data::Int4(matrix) => (None, Some(matrix.places())),
        };
        plain.into_iter().chain(matrix.into_iter().flatten())
    }
}

/// What turns text into tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenizerKind {
    /// `tokenizer.json` with a model of this type.
    Json(String),
    /// A SentencePiece `tokenizer.model`.
    SentencePiece,
    /// The vocabulary of a GGUF file with a model of this name.
    Gguf(String),
}

impl Checkpoint {
    /// Reads the description and the tables of all weight files; no weight is touched.
    pub async fn open(source: &Source) -> Result<Checkpoint, FormatError> {
        match source.weights() {
            Some(file) if !file.ends_with(".safetensors") => return Checkpoint::open_gguf(source, file).await,
            Some(_) => return Checkpoint::open_hugging_face(source).await,
            None => {}
        }
        // Folders with GGUF files often hold the configuration of the model that they were made from.
        if !hugging_face::is_here(source).await? {
            let files = source.list().await?.unwrap_or_default();
            if let Some(file) = only_model(&files, &source.place())? {
                return Checkpoint::open_gguf(source, &file).await;
            }
        }
        Checkpoint::open_hugging_face(source).await
    }

    async fn open_hugging_face(source: &Source) -> Result<Checkpoint, FormatError> {
        let folder = hugging_face::open(source).await?;
        let config = folder.config.clone();
        let description = Description::HuggingFace(folder.config);
        let mut checkpoint = Checkpoint::empty(source, description, folder.tokenizer);
        checkpoint.generation = folder.generation;
        for file in folder.weights {
            let entries = safetensors::read_table(source, &file).await?;
            let file: Arc<str> = file.into();
            for safetensors::Entry { name, dtype, dtype_name, shape, range } in entries {
                let data = Data::Plain(Place { file: file.clone(), range });
                checkpoint.add(name, TensorInfo { dtype, dtype_name, shape, data })?;
            }
            checkpoint.files.push(file);
        }
        int4::join(source, &config, &mut checkpoint.tensors).await?;
        Ok(checkpoint)
    }

    async fn open_gguf(source: &Source, file: &str) -> Result<Checkpoint, FormatError> {
        let (metadata, parts) = gguf::open(source, file).await?;
        let model = if metadata.lacks_vocabulary()? { None } else { metadata.text("tokenizer.ggml.model")? };
        let tokenizer = model.map(|model| TokenizerKind::Gguf(model.to_owned()));
        let mut checkpoint = Checkpoint::empty(source, Description::Gguf(metadata), tokenizer);
        for part in parts {
            let file: Arc<str> = part.file.into();
            for tensor in part.tensors {
                let (dtype, dtype_name) = (tensor.element.dtype(), tensor.element.name());
                let range = tensor.offset..tensor.offset.saturating_add(tensor.bytes);
                let data = Data::Plain(Place { file: file.clone(), range });
                let info = TensorInfo { dtype, dtype_name, shape: tensor.shape, data };
                checkpoint.add(tensor.name, info)?;
            }
            checkpoint.files.push(file);
        }
        Ok(checkpoint)
    }

    fn empty(source: &Source, description: Description, tokenizer: Option<TokenizerKind>) -> Checkpoint {
        let (source, files, tensors) = (source.clone(), Vec::new(), BTreeMap::new());
        Checkpoint { source, description, generation: None, tokenizer, files, tensors }
    }

    fn add(&mut self, name: String, info: TensorInfo) -> Result<(), FormatError> {
        if self.tensors.contains_key(&name) {
            let why = format!("tensor {} is in another file too", shown(name));
            return Err(FormatError::Weights { file: info.file().to_owned(), why });
        }
        self.tensors.insert(name, info);
        Ok(())
    }

    /// Brings the weight files to where reading them is quick, if the source keeps copies.
    pub async fn fetch(&self, on_progress: &OnProgress) -> Result<(), FormatError> {
        let files: Vec<String> = self.files.iter().map(|file| file.to_string()).collect();
        self.source.fetch(&files, on_progress).await
    }

    /// What the model says of itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The tokens that end a generation: from `generation_config.json` or else `config.json`, or from the metadata of
    /// a GGUF file. `None` where nothing is said of them.
    pub fn end_tokens(&self) -> Result<Option<Vec<u32>>, FormatError> {
        let config = match &self.description {
            Description::HuggingFace(config) => config,
            Description::Gguf(metadata) => return gguf_end_tokens(metadata),
        };
        let generation = self.generation.as_ref().map(|config| config.ids("eos_token_id")).transpose()?.flatten();
        match generation {
            Some(ids) if !ids.is_empty() => Ok(Some(ids)),
            _ => config.ids("eos_token_id"),
        }
    }

    /// What turns text into tokens, where the model has it.
    pub fn tokenizer(&self) -> Option<&TokenizerKind> {
        self.tokenizer.as_ref()
    }

    /// The source that it was opened from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// All tensors by name.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &TensorInfo)> {
        self.tensors.iter().map(|(name, info)| (name.as_str(), info))
    }

    /// The tensor of this name, where there is one.
    pub fn tensor(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(name)
    }

    /// The names of the weight files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(AsRef::as_ref)
    }

    /// The tensor of this name, which must have this shape and a type that Kinglet computes with. Its bytes stay where
    /// they are until they are read.
    pub fn view(&self, name: &str, shape: &Shape) -> Result<TensorView, FormatError> {
        let info = self.expect(name, shape)?;
        let unsupported = || FormatError::TensorType {
            name: name.to_owned(),
            dtype: info.dtype_name.clone(),
            supported: match self.description {
                Description::HuggingFace(_) => "F32, F16 and BF16".to_owned(),
                Description::Gguf(_) => gguf::supported(),
            },
        };
        let dtype = info.dtype.ok_or_else(unsupported)?;
        Ok(TensorView::new(self.source.clone(), info.data.clone(), name, dtype, shape.clone()))
    }

    /// As [`Checkpoint::view`], of rows that the file has in another order. The shape is that which is computed with.
    pub fn view_in_order(&self, name: &str, shape: &Shape, order: Option<RowOrder>) -> Result<TensorView, FormatError> {
        match order {
            None => self.view(name, shape),
            Some(RowOrder::Transposed) => {
                let stored: Vec<usize> = shape.dims().iter().rev().copied().collect();
                self.view(name, &Shape::from(&stored[..]))?.reshaped(shape.clone()).with_order(RowOrder::Transposed)
            }
            Some(order) => self.view(name, shape)?.with_order(order),
        }
    }

    /// The bytes of the tensor of this name, which must have this shape and may have any type.
    pub async fn bytes(&self, name: &str, shape: &Shape) -> Result<Bytes, FormatError> {
        match &self.expect(name, shape)?.data {
            Data::Plain(place) => self.source.read(&place.file, place.range.clone()).await,
            Data::Int4(matrix) => matrix.read_rows(&self.source, 0..shape.rows_and_width().0).await,
        }
    }

    fn expect(&self, name: &str, shape: &Shape) -> Result<&TensorInfo, FormatError> {
        let missing = || FormatError::MissingTensor { name: name.to_owned(), shape: shape.to_string() };
        let info = self.tensors.get(name).ok_or_else(missing)?;
        if info.shape == *shape {
            return Ok(info);
        }
        let description = match &self.description {
            Description::HuggingFace(config) => config.file().to_owned(),
            Description::Gguf(metadata) => format!("the metadata of {}", metadata.file()),
        };
        let (found, expected) = (info.shape.to_string(), shape.to_string());
        Err(FormatError::TensorShape { name: name.to_owned(), found, description, expected })
    }
}

/// The ends of a text, of a turn and of a message.
fn gguf_end_tokens(metadata: &Metadata) -> Result<Option<Vec<u32>>, FormatError> {
    let mut ids = Vec::new();
    for end in ["eos", "eot", "eom"] {
        let id = metadata.token(&format!("tokenizer.ggml.{end}_token_id"))?;
        ids.extend(id.filter(|id| !ids.contains(id)));
    }
    Ok((!ids.is_empty()).then_some(ids))
}
