use std::{collections::BTreeMap, ops::Range};

use kinglet_tensor::{Bytes, DType, Shape, Tensor};
use serde_json::Value;

use crate::{Config, FormatError, Source, safetensors_file::read_table};

const SINGLE: &str = "model.safetensors";
const GENERATION: &str = "generation_config.json";
const INDEX: &str = "model.safetensors.index.json";

/// A model as Hugging Face publishes it: a configuration and the tensors of one or more safetensors files.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    config: Config,
    generation: Option<Config>,
    tokenizer: Option<TokenizerKind>,
    files: Vec<WeightFile>,
    tensors: BTreeMap<String, TensorInfo>,
}

#[derive(Clone, Debug)]
struct WeightFile {
    name: String,
    bytes: Bytes,
}

/// Where a tensor lies and what it is.
#[derive(Clone, Debug)]
pub struct TensorInfo {
    /// The element type; `None` where Kinglet has no such type.
    pub dtype: Option<DType>,
    /// The element type in the file's own words.
    pub dtype_name: String,
    /// The dimensions.
    pub shape: Shape,
    file: usize,
    range: Range<usize>,
}

impl TensorInfo {
    /// Bytes in the file.
    pub fn bytes(&self) -> usize {
        self.range.len()
    }
}

/// What turns text into tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenizerKind {
    /// `tokenizer.json` with a model of this type.
    Json(String),
    /// A SentencePiece `tokenizer.model`.
    SentencePiece,
}

impl Checkpoint {
    /// Reads the configuration and the tables of all weight files; no weight is touched.
    pub fn open(source: &Source) -> Result<Checkpoint, FormatError> {
        let config = Config::parse(&source.open("config.json")?)?;
        let generation = source.find(GENERATION)?.map(|text| Config::parse_file(GENERATION, &text)).transpose()?;
        let mut checkpoint = Checkpoint {
            config,
            generation,
            tokenizer: tokenizer_kind(source)?,
            files: Vec::new(),
            tensors: BTreeMap::new(),
        };
        match (source.weights(), source.find(INDEX)?) {
            (Some(file), _) => checkpoint.add_file(source, file)?,
            (None, Some(index)) => {
                let shards = shards(&index)?;
                for file in &shards {
                    checkpoint.add_file(source, file)?;
                }
            }
            (None, None) => checkpoint.add_file(source, SINGLE)?,
        }
        Ok(checkpoint)
    }

    fn add_file(&mut self, source: &Source, name: &str) -> Result<(), FormatError> {
        let bytes = source.open(name)?;
        for entry in read_table(name, &bytes)? {
            let dtype_name = match &entry.dtype {
                Ok(dtype) => dtype.name().to_owned(),
                Err(other) => other.clone(),
            };
            let (dtype, shape, range) = (entry.dtype.ok(), entry.shape, entry.range);
            let info = TensorInfo { dtype, dtype_name, shape, file: self.files.len(), range };
            if self.tensors.insert(entry.name.clone(), info).is_some() {
                let why = format!("tensor {} is in another file too", entry.name);
                return Err(FormatError::Weights { file: name.to_owned(), why });
            }
        }
        self.files.push(WeightFile { name: name.to_owned(), bytes });
        Ok(())
    }

    /// The model's `config.json`.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The tokens that end a generation, from `generation_config.json` or else `config.json`; `None` where neither
    /// says anything of them.
    pub fn end_tokens(&self) -> Result<Option<Vec<u32>>, FormatError> {
        let generation = self.generation.as_ref().map(|config| config.ids("eos_token_id")).transpose()?.flatten();
        match generation {
            Some(ids) if !ids.is_empty() => Ok(Some(ids)),
            _ => self.config.ids("eos_token_id"),
        }
    }

    /// What turns text into tokens, where the model has it.
    pub fn tokenizer(&self) -> Option<&TokenizerKind> {
        self.tokenizer.as_ref()
    }

    /// All tensors by name.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &TensorInfo)> {
        self.tensors.iter().map(|(name, info)| (name.as_str(), info))
    }

    /// The names of the weight files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// The tensor of this name, which must have this shape. Its bytes stay where the source holds them.
    pub fn tensor(&self, name: &str, shape: &Shape) -> Result<Tensor, FormatError> {
        let missing = || FormatError::MissingTensor { name: name.to_owned(), shape: shape.to_string() };
        let info = self.tensors.get(name).ok_or_else(missing)?;
        if info.shape != *shape {
            let (found, expected) = (info.shape.to_string(), shape.to_string());
            return Err(FormatError::TensorShape { name: name.to_owned(), found, expected });
        }
        let unknown = || FormatError::TensorType { name: name.to_owned(), dtype: info.dtype_name.clone() };
        let dtype = info.dtype.ok_or_else(unknown)?;
        let file = &self.files[info.file];
        let wrong = |why: String| FormatError::Weights { file: file.name.clone(), why };
        let bytes = file.bytes.slice(info.range.clone()).ok_or_else(|| wrong(format!("tensor {name} is cut off")))?;
        Tensor::new(dtype, shape.clone(), bytes).map_err(|error| wrong(format!("tensor {name}: {error}")))
    }
}

/// The files that an index names, in order of their names, each once.
fn shards(index: &[u8]) -> Result<Vec<String>, FormatError> {
    let index: Value =
        serde_json::from_slice(index).map_err(|source| FormatError::Json { source, file: INDEX.to_owned() })?;
    let wrong = |why: &str| FormatError::Weights { file: INDEX.to_owned(), why: why.to_owned() };
    let map = index.get("weight_map").and_then(Value::as_object).ok_or_else(|| wrong("has no weight_map"))?;
    let names: Option<Vec<&str>> = map.values().map(Value::as_str).collect();
    let mut names = names.ok_or_else(|| wrong("weight_map holds something other than file names"))?;
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Err(wrong("weight_map is empty"));
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

fn tokenizer_kind(source: &Source) -> Result<Option<TokenizerKind>, FormatError> {
    if let Some(text) = source.find("tokenizer.json")? {
        let tokenizer: Value = serde_json::from_slice(&text)
            .map_err(|source| FormatError::Json { source, file: "tokenizer.json".to_owned() })?;
        let kind = tokenizer.pointer("/model/type").and_then(Value::as_str).unwrap_or("unknown");
        return Ok(Some(TokenizerKind::Json(kind.to_owned())));
    }
    Ok(source.find("tokenizer.model")?.map(|_| TokenizerKind::SentencePiece))
}
