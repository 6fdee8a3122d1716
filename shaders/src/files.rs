//! The sources, linked into the binary. A test compares the list with the folders.

macro_rules! files {
    ($($path:literal,)*) => { &[$(($path, include_str!(concat!("../", $path, ".wgsl"))),)*] };
}

/// Each source: its path in this crate without `.wgsl`, and its text.
pub const FILES: &[(&str, &str)] = files![
    "kernels/argmax",
    "kernels/attention",
    "kernels/attention_reduce",
    "kernels/elementwise",
    "kernels/embed",
    "kernels/feed",
    "kernels/matmul",
    "kernels/matvec",
    "kernels/norm",
    "kernels/rope_kv",
    "lib/argmax",
    "lib/bias",
    "lib/elementwise/add",
    "lib/elementwise/copy",
    "lib/elementwise/mul",
    "lib/elementwise/silu",
    "lib/epilogue/none",
    "lib/epilogue/residual",
    "lib/epilogue/swiglu",
    "lib/kv/f16",
    "lib/kv/f32",
    "lib/linear",
    "lib/math",
    "lib/page",
    "lib/reduce",
    "lib/right",
    "lib/rope",
    "lib/split",
    "lib/step",
    "lib/token",
    "lib/weights/bf16",
    "lib/weights/f16",
    "lib/weights/f32",
];
