//! What a variant binds and takes: enough to build layouts, fill parameters and check limits without a parser.

/// The interface of a kernel's variants, reflected from the expanded source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Bindings of group 0, by number.
    pub bindings: &'static [Binding],
    /// Members of `struct Params`, by offset. All are 32-bit.
    pub params: &'static [Param],
    /// Override constants, in the order of their names.
    pub overrides: &'static [Override],
    /// Threads of a workgroup along each axis.
    pub workgroup_size: [Expr; 3],
    /// Workgroup memory.
    pub workgroup_memory: &'static [WorkgroupArray],
}

/// A binding of group 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The variable's name: the same role has the same name and number in each kernel.
    pub name: &'static str,
    /// The binding number.
    pub number: u32,
    /// How the kernel uses it.
    pub access: Access,
}

/// How a kernel uses a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A uniform buffer.
    Uniform,
    /// A storage buffer, read only.
    Read,
    /// A storage buffer that is written.
    ReadWrite,
}

/// A member of a kernel's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Where it lies, in bytes.
    pub offset: u32,
    /// Its type.
    pub kind: ParamKind,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// An unsigned 32-bit integer.
    U32,
    /// A 32-bit float.
    F32,
}

/// An override constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override {
    /// Its name, the key in the pipeline's constants.
    pub name: &'static str,
    /// Its value when it is not given. `false` is 0 and `true` is 1.
    pub default: u32,
}

/// An array in workgroup memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkgroupArray {
    /// The variable's name.
    pub name: &'static str,
    /// Bytes of an element, its padding included.
    pub element_bytes: u32,
    /// How many elements.
    pub length: Expr,
}

/// A number that may depend on overrides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expr {
    /// A number.
    Const(u32),
    /// The value of an override.
    Override(&'static str),
    /// A sum.
    Add(&'static Expr, &'static Expr),
    /// A product.
    Mul(&'static Expr, &'static Expr),
}

impl Descriptor {
    /// The binding of this name.
    pub fn binding(&self, name: &str) -> Option<&'static Binding> {
        self.bindings.iter().find(|binding| binding.name == name)
    }

    /// Bytes of the parameters, at least 4.
    pub fn params_bytes(&self) -> u32 {
        self.params.iter().map(|param| param.offset + 4).max().unwrap_or(4)
    }

    /// How many storage buffers are bound.
    pub fn storage_buffers(&self) -> u32 {
        self.bindings.iter().map(|binding| u32::from(binding.access != Access::Uniform)).sum()
    }

    /// Bytes of workgroup memory with these overrides, saturating; each array counts in units of 16 bytes.
    pub fn workgroup_bytes(&self, overrides: &[(&str, u32)]) -> u32 {
        self.workgroup_memory.iter().fold(0, |sum, array| {
            let bytes = self.evaluate(array.length, overrides).saturating_mul(array.element_bytes);
            sum.saturating_add(bytes.checked_next_multiple_of(16).unwrap_or(u32::MAX))
        })
    }

    /// Threads of a workgroup with these overrides, saturating.
    pub fn workgroup_threads(&self, overrides: &[(&str, u32)]) -> u32 {
        self.workgroup_size.iter().fold(1, |product, &side| product.saturating_mul(self.evaluate(side, overrides)))
    }

    /// The value of an expression; an override that is not given has its default.
    fn evaluate(&self, expr: Expr, overrides: &[(&str, u32)]) -> u32 {
        match expr {
            Expr::Const(value) => value,
            Expr::Override(name) => {
                let given = overrides.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
                let default = || self.overrides.iter().find(|known| known.name == name).map(|known| known.default);
                given.or_else(default).unwrap_or(0)
            }
            Expr::Add(left, right) => self.evaluate(*left, overrides).saturating_add(self.evaluate(*right, overrides)),
            Expr::Mul(left, right) => self.evaluate(*left, overrides).saturating_mul(self.evaluate(*right, overrides)),
        }
    }
}
