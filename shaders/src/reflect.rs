//! Reflection: from the expanded kernels to the table in `descriptors.rs`. Feature `reflect`.

use std::collections::BTreeMap;

use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, ArraySize, Expression, Handle, Module, StorageAccess, TypeInner};

use crate::choice::Dialect;
use crate::variant::{Field, Variant};

/// Why a kernel cannot be reflected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject}: {message}")]
pub struct ReflectError {
    /// The variant.
    pub subject: String,
    /// What is wrong, in naga's words or ours.
    pub message: String,
}

/// Parses and validates WGSL of the naga dialect.
///
/// # Errors
///
/// naga's message, with an excerpt of the source.
pub fn parse(source: &str) -> Result<(Module, ModuleInfo), String> {
    let module = naga::front::wgsl::parse_str(source).map_err(|error| error.emit_to_string(source))?;
    // Each adapter of WebGPU can unpack f16; subgroups are for the variants that use them.
    let capabilities = Capabilities::SUBGROUP | Capabilities::SHADER_FLOAT16_IN_FLOAT32;
    let info = Validator::new(ValidationFlags::all(), capabilities)
        .validate(&module)
        .map_err(|error| error.emit_to_string(source))?;
    Ok((module, info))
}

/// Parses and validates a variant.
///
/// # Errors
///
/// What the preprocessor or naga says.
pub fn parse_variant(variant: Variant) -> Result<(Module, ModuleInfo), ReflectError> {
    let error = |message| ReflectError { subject: variant.to_string(), message };
    let source = variant.expand(Dialect::Naga).map_err(|problem| error(problem.to_string()))?;
    parse(&source).map_err(error)
}

/// A descriptor as Rust source: the initialiser of a `Descriptor`.
///
/// # Errors
///
/// A construct that descriptors cannot express.
pub fn describe(variant: Variant) -> Result<String, ReflectError> {
    let (module, info) = parse_variant(variant)?;
    Reflection { module: &module, info: &info }
        .descriptor()
        .map_err(|message| ReflectError { subject: variant.to_string(), message })
}

struct Reflection<'a> {
    module: &'a Module,
    info: &'a ModuleInfo,
}

impl Reflection<'_> {
    fn descriptor(&self) -> Result<String, String> {
        let entry = self.module.entry_points.first().ok_or("no entry point")?;
        let overridden = entry.workgroup_size_overrides.unwrap_or_default();
        let mut size = Vec::new();
        for (side, given) in entry.workgroup_size.iter().zip(overridden) {
            size.push(given.map_or_else(|| Ok(format!("Expr::Const({side})")), |expr| self.expression(expr))?);
        }
        Ok(format!(
            "Descriptor {{\n{}{}{}{}{}}}",
            list("bindings", &self.bindings()?),
            list("params", &self.params()?),
            list("overrides", &self.overrides()?),
            line(&format!("workgroup_size: [{}]", size.join(", "))),
            list("workgroup_memory", &self.workgroup_memory()?),
        ))
    }

    fn bindings(&self) -> Result<Vec<Item>, String> {
        let mut bindings = BTreeMap::new();
        for (_, global) in self.module.global_variables.iter() {
            let Some(binding) = &global.binding else { continue };
            let access = match global.space {
                AddressSpace::Uniform => "Uniform",
                AddressSpace::Storage { access } if access.contains(StorageAccess::STORE) => "ReadWrite",
                AddressSpace::Storage { .. } => "Read",
                space => return Err(format!("binding in {space:?}")),
            };
            let name = global.name.as_deref().unwrap_or_default();
            let number = binding.binding;
            let fields = [format!("name: {name:?}"), format!("number: {number}"), format!("access: Access::{access}")];
            if binding.group != 0 || bindings.insert(number, Item { name: "Binding", fields: fields.into() }).is_some()
            {
                return Err(format!("`{name}` is not in group 0, or its number is taken"));
            }
        }
        Ok(bindings.into_values().collect())
    }

    fn params(&self) -> Result<Vec<Item>, String> {
        let params = self.module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some("Params"));
        let Some((_, naga::Type { inner: TypeInner::Struct { members, .. }, .. })) = params else {
            return Ok(Vec::new());
        };
        let mut items = Vec::new();
        for member in members {
            let name = member.name.as_deref().unwrap_or_default();
            let kind = match self.module.types[member.ty].inner {
                TypeInner::Scalar(naga::Scalar::U32) => "U32",
                TypeInner::Scalar(naga::Scalar::F32) => "F32",
                _ => return Err(format!("parameter `{name}` is neither u32 nor f32")),
            };
            let fields =
                [format!("name: {name:?}"), format!("offset: {}", member.offset), format!("kind: ParamKind::{kind}")];
            items.push(Item { name: "Param", fields: fields.into() });
        }
        Ok(items)
    }

    fn overrides(&self) -> Result<Vec<Item>, String> {
        let mut overrides = BTreeMap::new();
        for (_, declared) in self.module.overrides.iter() {
            // Those without a name are expressions, such as the length of an array.
            let Some(name) = &declared.name else { continue };
            let init = declared.init.map(|init| &self.module.global_expressions[init]);
            let default = match init {
                Some(Expression::Literal(naga::Literal::U32(value))) => *value,
                Some(Expression::Literal(naga::Literal::Bool(value))) => u32::from(*value),
                _ => return Err(format!("override `{name}` has no default, or not a plain u32 or bool")),
            };
            let fields = [format!("name: {name:?}"), format!("default: {default}")];
            overrides.insert(name, Item { name: "Override", fields: fields.into() });
        }
        Ok(overrides.into_values().collect())
    }

    /// The arrays that the entry point uses.
    fn workgroup_memory(&self) -> Result<Vec<Item>, String> {
        let used = self.info.get_entry_point(0);
        let mut arrays = BTreeMap::new();
        for (handle, global) in self.module.global_variables.iter() {
            if global.space != AddressSpace::WorkGroup || used[handle].is_empty() {
                continue;
            }
            let name = global.name.as_deref().unwrap_or_default();
            let (element_bytes, length) = match self.module.types[global.ty].inner {
                TypeInner::Array { size: ArraySize::Constant(length), stride, .. } => {
                    (stride, format!("Expr::Const({length})"))
                }
                TypeInner::Array { size: ArraySize::Pending(length), stride, .. } => (stride, self.length(length)?),
                _ => return Err(format!("`{name}` in workgroup memory is not an array")),
            };
            let sizes = [format!("element_bytes: {element_bytes}"), format!("length: {length}")];
            let fields = [format!("name: {name:?}")].into_iter().chain(sizes).collect();
            arrays.insert(name, Item { name: "WorkgroupArray", fields });
        }
        Ok(arrays.into_values().collect())
    }

    fn length(&self, length: Handle<naga::Override>) -> Result<String, String> {
        let declared = &self.module.overrides[length];
        match (&declared.name, declared.init) {
            (Some(name), _) => Ok(format!("Expr::Override({name:?})")),
            (None, Some(init)) => self.expression(init),
            (None, None) => Err("array length without a value".to_owned()),
        }
    }

    fn expression(&self, expression: Handle<Expression>) -> Result<String, String> {
        match &self.module.global_expressions[expression] {
            Expression::Literal(naga::Literal::U32(value)) => Ok(format!("Expr::Const({value})")),
            Expression::Constant(constant) => self.expression(self.module.constants[*constant].init),
            Expression::Override(named) => self.length(*named),
            Expression::Binary { op, left, right } => {
                let op = match op {
                    naga::BinaryOperator::Add => "Add",
                    naga::BinaryOperator::Multiply => "Mul",
                    op => return Err(format!("a length with {op:?}: sums and products only")),
                };
                Ok(format!("Expr::{op}(&{}, &{})", self.expression(*left)?, self.expression(*right)?))
            }
            other => Err(format!("a length with {other:?}")),
        }
    }
}

/// The widest line rustfmt leaves alone.
const WIDTH: usize = 120;

/// A line of the descriptor.
fn line(text: &str) -> String {
    format!("    {text},\n")
}

/// A struct in the table.
struct Item {
    name: &'static str,
    fields: Vec<String>,
}

impl Item {
    fn in_one_line(&self) -> String {
        format!("{} {{ {} }}", self.name, self.fields.join(", "))
    }

    /// As rustfmt breaks it, its last line at `indent` spaces.
    fn broken(&self, indent: usize) -> String {
        let fields: String = self.fields.iter().map(|field| format!("{:1$}{field},\n", "", indent + 4)).collect();
        format!("{} {{\n{fields}{:2$}}}", self.name, "", indent)
    }
}

/// A line with an array of structs, broken where rustfmt breaks it.
fn list(name: &str, items: &[Item]) -> String {
    let one_line: Vec<String> = items.iter().map(Item::in_one_line).collect();
    let all = line(&format!("{name}: &[{}]", one_line.join(", ")));
    if all.len() <= WIDTH + 1 {
        return all;
    }
    if let [item] = items {
        return line(&format!("{name}: &[{}]", item.broken(4)));
    }
    let fits = |text: &str| 8 + text.len() < WIDTH;
    let broken = items.iter().zip(one_line).map(|(item, text)| if fits(&text) { text } else { item.broken(8) });
    let lines: String = broken.map(|item| format!("        {item},\n")).collect();
    format!("    {name}: &[\n{lines}    ],\n")
}

/// The text of `src/descriptors.rs`.
///
/// # Errors
///
/// The first variant that cannot be reflected.
pub fn generate() -> Result<String, ReflectError> {
    // Kernel by kernel, the variants and their descriptors.
    let mut kernels: BTreeMap<_, Vec<(Variant, String)>> = BTreeMap::new();
    for variant in Variant::all() {
        kernels.entry(variant.kernel()).or_default().push((variant, describe(variant)?));
    }
    let mut arms = String::new();
    let mut statics = String::new();
    for variants in kernels.values() {
        let mut known: Vec<(&str, String)> = Vec::new();
        for (pattern, name, descriptor) in patterns(variants) {
            let (_, name) = match known.iter().find(|(text, _)| *text == descriptor) {
                Some(found) => found.clone(),
                None => {
                    statics.push_str(&format!("\nstatic {name}: Descriptor = {descriptor};\n"));
                    known.push((descriptor, name.clone()));
                    (descriptor, name)
                }
            };
            let arm = format!("{pattern} => &{name},");
            // As rustfmt has it.
            let arm =
                if 8 + arm.len() > WIDTH { format!("{pattern} => {{\n            &{name}\n        }}") } else { arm };
            arms.push_str(&format!("        {arm}\n"));
        }
    }
    Ok(format!("{HEADER}{arms}    }}\n}}\n{statics}"))
}

const HEADER: &str = "\
//! Generated by `cargo xtask descriptors` from the kernels: do not edit.

use crate::choice::{Elementwise, Epilogue, WeightFormat};
use crate::descriptor::{Access, Binding, Descriptor, Expr, Override, Param, ParamKind, WorkgroupArray};
use crate::variant::Variant;

pub(crate) fn descriptor(variant: Variant) -> &'static Descriptor {
    match variant {
";

/// The patterns that tell one kernel's descriptors apart, each with a name for its descriptor: they hold those fields
/// that make a difference.
fn patterns(variants: &[(Variant, String)]) -> Vec<(String, String, &str)> {
    let fields: Vec<_> = variants.iter().map(|(variant, descriptor)| (variant.fields(), descriptor)).collect();
    let count = fields.first().map_or(0, |(fields, _)| fields.len());
    let mut needed: Vec<usize> = (0..count).collect();
    for candidate in 0..count {
        let without: Vec<usize> = needed.iter().copied().filter(|&i| i != candidate).collect();
        let mut by_key: BTreeMap<String, &str> = BTreeMap::new();
        let enough = fields.iter().all(|(fields, descriptor)| {
            let key = format!("{:?}", without.iter().map(|&i| fields[i]).collect::<Vec<_>>());
            *by_key.entry(key).or_insert(descriptor) == descriptor.as_str()
        });
        if enough {
            needed = without;
        }
    }
    let mut patterns: BTreeMap<String, (String, &str)> = BTreeMap::new();
    for ((variant, descriptor), (fields, _)) in variants.iter().zip(&fields) {
        let mut members: Vec<String> =
            needed.iter().map(|&i| format!("{}: {}", fields[i].0, fields[i].1.rust())).collect();
        let mut name = variant.name().to_uppercase();
        for &i in &needed {
            match fields[i] {
                (_, Field::Flag(false)) | (_, Field::Choice { name: "none", .. }) => {}
                (field, Field::Flag(true)) => name.push_str(&format!("_{}", field.to_uppercase())),
                (_, Field::Choice { name: choice, .. }) => name.push_str(&format!("_{}", choice.to_uppercase())),
                (_, Field::Number(number)) => name.push_str(&format!("_{number}")),
            }
        }
        if needed.len() < count {
            members.push("..".to_owned());
        }
        let debug = format!("{variant:?}");
        let rust_name = debug.split_once(' ').map_or(debug.as_str(), |(name, _)| name);
        let braces = if members.is_empty() { String::new() } else { format!(" {{ {} }}", members.join(", ")) };
        patterns.entry(format!("Variant::{rust_name}{braces}")).or_insert((name, descriptor));
    }
    patterns.into_iter().map(|(pattern, (name, descriptor))| (pattern, name, descriptor)).collect()
}

impl Field {
    /// How Rust spells the value.
    fn rust(self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Choice { rust, .. } => rust.to_owned(),
        }
    }
}
