//! What the kernels must keep to and no parser checks. Feature `reflect`.
//!
//! A lint looks at a module after its overrides have got their values. The tests run each on every variant, for many
//! values. (That no parameter points to storage or workgroup memory needs no lint: naga refuses it.)

mod limits;
mod uniformity;
mod words;

use std::fmt;

use naga::back::pipeline_constants::process_overrides;
use naga::valid::ModuleInfo;
use naga::{Expression, Function, Module, ShaderStage};

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Lint {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// The rule, in a line.
    pub summary: &'static str,
    /// Why there is such a rule.
    pub explanation: &'static str,
    check: fn(&Subject<'_>) -> Vec<String>,
}

/// All of them.
pub const LINTS: &[Lint] = &[
    Lint {
        name: "storage-buffers",
        summary: "at most 8 storage buffers",
        explanation: "WebGPU's default limit; there are adapters with no more.",
        check: limits::storage_buffers,
    },
    Lint {
        name: "workgroup-memory",
        summary: "at most 16 KiB of workgroup memory",
        explanation: "WebGPU's default limit; wgpu 30 does not check it, and natively drivers fail or corrupt memory.",
        check: limits::workgroup_memory,
    },
    Lint {
        name: "workgroup-threads",
        summary: "at most 256 threads a workgroup",
        explanation: "WebGPU's default limit; wgpu 30 does not check sizes that are overrides.",
        check: limits::workgroup_threads,
    },
    Lint {
        name: "unused-binding",
        summary: "every binding is used",
        explanation: "The host binds what the descriptor lists; a layout made by a driver leaves out what is not used.",
        check: limits::unused_bindings,
    },
    Lint {
        name: "unused-override",
        summary: "every override is used",
        explanation: "A number that changes nothing multiplies pipelines and misleads tuning.",
        check: words::unused_overrides,
    },
    Lint {
        name: "inexact-math",
        summary: "no sin, cos, tan or pow",
        explanation: "Software adapters are off by 1e-2 at large arguments: the host makes tables instead.",
        check: inexact_math,
    },
    Lint {
        name: "literal-range",
        summary: "no literal beyond ±3.4e38",
        explanation: "Infinities are undefined in WGSL, and Metal's fast math assumes there are none.",
        check: literal_range,
    },
    Lint {
        name: "subgroup-elect",
        summary: "no subgroupElect",
        explanation: "Drivers disagree on who is elected after control flow; compare the lane with zero.",
        check: words::subgroup_elect,
    },
    Lint {
        name: "f16-type",
        summary: "no f16 type",
        explanation: "Not every adapter has it, and naga has no bitcast to vec2<f16>: unpack2x16float is exact and no slower.",
        check: words::f16_type,
    },
    Lint {
        name: "loop-variable",
        summary: "every variable that is declared in a loop has a value there",
        explanation: "WGSL makes it zero in each round; SwiftShader makes it zero once, before the first.",
        check: words::loop_variables,
    },
    Lint {
        name: "uniformity",
        summary: "no barrier or subgroup operation where threads may have parted",
        explanation: "Undefined, and a browser's compiler refuses it. Here is its analysis, roughly; what a buffer that \
                      is bound read_write holds counts as different for each thread.",
        check: uniformity::check,
    },
];

/// What a lint looks at.
struct Subject<'a> {
    source: &'a str,
    module: &'a Module,
    info: &'a ModuleInfo,
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub lint: &'static str,
    /// What breaks it.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.lint, self.message)
    }
}

/// A module with its overrides replaced by values.
///
/// # Errors
///
/// naga's message.
pub fn with_overrides(
    module: &Module,
    info: &ModuleInfo,
    overrides: &[(&str, u32)],
) -> Result<(Module, ModuleInfo), String> {
    let constants = overrides.iter().map(|&(name, value)| (name.to_owned(), f64::from(value))).collect();
    let (module, info) = process_overrides(module, info, Some((ShaderStage::Compute, "main")), &constants)
        .map_err(|error| error.to_string())?;
    Ok((module.into_owned(), info.into_owned()))
}

/// Runs each lint on WGSL of the naga dialect, with these overrides.
///
/// # Errors
///
/// Where the source does not parse or validate.
pub fn check(source: &str, overrides: &[(&str, u32)]) -> Result<Vec<Finding>, String> {
    let (module, info) = crate::reflect::parse(source)?;
    let (module, info) = with_overrides(&module, &info, overrides)?;
    Ok(check_module(source, &module, &info))
}

/// Runs each lint on a module whose overrides have their values.
pub fn check_module(source: &str, module: &Module, info: &ModuleInfo) -> Vec<Finding> {
    let subject = Subject { source, module, info };
    let mut findings = Vec::new();
    for lint in LINTS {
        findings.extend((lint.check)(&subject).into_iter().map(|message| Finding { lint: lint.name, message }));
    }
    findings
}

impl Subject<'_> {
    fn functions(&self) -> impl Iterator<Item = &Function> {
        let entries = self.module.entry_points.iter().map(|entry| &entry.function);
        self.module.functions.iter().map(|(_, function)| function).chain(entries)
    }

    fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let global = self.module.global_expressions.iter();
        self.functions()
            .flat_map(|function| function.expressions.iter())
            .chain(global)
            .map(|(_, expression)| expression)
    }
}

fn inexact_math(subject: &Subject<'_>) -> Vec<String> {
    use naga::MathFunction as M;
    let inexact = |expression: &Expression| match expression {
        Expression::Math { fun: fun @ (M::Sin | M::Cos | M::Tan | M::Pow), .. } => Some(format!("{fun:?}")),
        _ => None,
    };
    subject.expressions().filter_map(inexact).collect()
}

fn literal_range(subject: &Subject<'_>) -> Vec<String> {
    use naga::Literal as L;
    let number = |expression: &Expression| match expression {
        Expression::Literal(L::F32(value)) => Some(f64::from(*value)),
        Expression::Literal(L::F64(value) | L::AbstractFloat(value)) => Some(*value),
        _ => None,
    };
    let beyond = subject.expressions().filter_map(number).filter(|value| !value.is_finite() || value.abs() > 3.4e38);
    beyond.map(|value| value.to_string()).collect()
}
