//! The functions of `lib/function.wgsl`.

/// A function that kernels apply to each value: a parameter, so that it makes no variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// `x / (1 + exp(-x))`.
    Silu,
    /// `x · Φ(x)`.
    Gelu,
    /// Its approximation by a hyperbolic tangent.
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// `operand · tanh(x / operand)`.
    Softcap,
    /// `x · operand`.
    Scale,
}

impl Function {
    /// All of them.
    pub const ALL: &[Self] =
        &[Self::Silu, Self::Gelu, Self::GeluTanh, Self::Relu, Self::Tanh, Self::Softcap, Self::Scale];

    /// The parameter `function`.
    pub const fn number(self) -> u32 {
        match self {
            Self::Silu => 0,
            Self::Gelu => 1,
            Self::GeluTanh => 2,
            Self::Relu => 3,
            Self::Tanh => 4,
            Self::Softcap => 5,
            Self::Scale => 6,
        }
    }

    /// The name, also that of the kernels' constant.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silu => "silu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu_tanh",
            Self::Relu => "relu",
            Self::Tanh => "tanh",
            Self::Softcap => "softcap",
            Self::Scale => "scale",
        }
    }
}
