//! Rewrites of the graph. Each is a file; each says where it fired and, where it did not, why.

mod fuse_function;
mod fuse_gate;
mod fuse_qkv;
mod fuse_residual;
mod keep_rows;
mod sweep;

use crate::{Graph, Linear, Op, Part, Value};

/// What one pass did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PassReport {
    /// The pass.
    pub name: &'static str,
    /// How often it fired.
    pub fired: usize,
    /// Where it nearly fired, and why it did not.
    pub skipped: Vec<String>,
}

/// What all passes did, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// One entry for each pass.
    pub passes: Vec<PassReport>,
}

impl Report {
    /// How often the pass of this name fired.
    pub fn fired(&self, name: &str) -> usize {
        self.passes.iter().filter(|pass| pass.name == name).map(|pass| pass.fired).sum()
    }

    /// Where the pass of this name nearly fired, and why it did not.
    pub fn skipped(&self, name: &str) -> &[String] {
        self.passes.iter().find(|pass| pass.name == name).map_or(&[], |pass| &pass.skipped)
    }
}

/// Runs every pass. Outputs, taps among them, stay what they are.
pub fn optimise(mut graph: Graph) -> (Graph, Report) {
    let passes = [
        ("keep_rows", keep_rows::run as fn(&mut Graph, &mut PassReport)),
        ("fuse_qkv", fuse_qkv::run),
        ("fuse_gate", fuse_gate::run),
        ("fuse_function", fuse_function::run),
        ("fuse_residual", fuse_residual::run),
    ];
    let mut report = Report::default();
    for (name, run) in passes {
        let mut pass = PassReport { name, ..PassReport::default() };
        run(&mut graph, &mut pass);
        sweep::run(&mut graph);
        report.passes.push(pass);
    }
    (graph, report)
}

impl PassReport {
    fn skip(&mut self, graph: &Graph, value: Value, why: &str) {
        let name = &graph.node(value).name;
        let name = if name.is_empty() { format!("%{}", value.0) } else { name.clone() };
        self.skipped.push(format!("{name}: {why}"));
    }
}

/// The plain matrix product behind a value that nothing else reads; `Err` says what stands in the way.
fn sole_linear(graph: &Graph, value: Value) -> Result<&Linear, &'static str> {
    match &graph.node(value).op {
        Op::Linear(linear) if linear.residual => Err("already adds a residual"),
        Op::Linear(_) if graph.uses(value) != 1 => Err("its output is read elsewhere too"),
        Op::Linear(linear) => Ok(linear),
        _ => Err("is not a linear"),
    }
}

/// Whether all matrices are kept in one type: only then can they be joined into one.
fn one_type(graph: &Graph, parts: &[Part]) -> Result<(), &'static str> {
    let mut types = parts.iter().map(|part| graph.weights[part.weight.0].dtype);
    let first = types.next();
    if types.all(|dtype| Some(dtype) == first) { Ok(()) } else { Err("the weights have different types") }
}

/// The name of a node that takes the place of several: `layers.0.q_proj|k_proj|v_proj`.
fn joined_name(graph: &Graph, values: &[Value]) -> String {
    let names: Vec<&str> = values.iter().map(|value| graph.node(*value).name.as_str()).collect();
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    match names.split_first() {
        Some((first, rest)) => rest.iter().fold((*first).to_owned(), |joined, name| joined + "|" + &last(name)),
        None => String::new(),
    }
}
