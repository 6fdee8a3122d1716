use std::fmt::Write;

use super::{Dispatch, Place, Plan};
use crate::layout::Layout;

impl Plan {
    /// The plan as text: a line for each dispatch, then the buffers, then what a step costs.
    pub fn to_text(&self, layout: &Layout) -> String {
        let kind = if self.bucket.solo { "solo" } else { "general" };
        let mut text = format!("{kind} tokens={} rows={}\n", self.bucket.tokens, self.bucket.rows);
        // Writing to a string cannot fail.
        for (index, dispatch) in self.dispatches.iter().enumerate() {
            let _ = writeln!(text, "{index:3} {}", dispatch_text(dispatch));
        }
        if let Some(sample) = &self.sample {
            let _ = writeln!(text, "from {}, where it samples:\n    {}", self.picks_from, dispatch_text(sample));
        }
        for (index, bytes) in self.colours.iter().enumerate() {
            let _ = writeln!(text, "c{index}: {bytes} B");
        }
        for output in &self.outputs {
            let _ = writeln!(text, "{} = c{} [{:?}, {}]", output.name, output.colour, output.rows, output.width);
        }
        let (count, weights, scratch) = (self.dispatches.len(), self.weight_bytes(layout), self.scratch_bytes());
        let _ = writeln!(text, "{count} dispatches, {weights} B of weights read, {scratch} B of activations");
        text
    }
}

fn dispatch_text(dispatch: &Dispatch) -> String {
    let mut line = format!("{:38} {} {}", dispatch.node, dispatch.variant, dispatch.grid);
    for (name, value) in &dispatch.overrides {
        line += &format!(" {name}={value}");
    }
    for (name, place) in &dispatch.bindings {
        if !matches!(place, Place::Step | Place::State) {
            line += &format!(" {name}={}", place_text(*place));
        }
    }
    line.trim_end().to_owned()
}

fn place_text(place: Place) -> String {
    match place {
        Place::Step => "step".to_owned(),
        Place::State => "state".to_owned(),
        Place::Ids => "ids".to_owned(),
        Place::Sampling => "sampling".to_owned(),
        Place::Raw => "raw".to_owned(),
        Place::Shard { matrix, shard } => format!("m{matrix}.{shard}"),
        Place::Scales { matrix, shard } => format!("s{matrix}.{shard}"),
        Place::Zeros => "zeros".to_owned(),
        Place::Vector(vector) => format!("v{vector}"),
        Place::Rope(rope) => format!("rope{rope}"),
        Place::Kv(layer) => format!("kv{layer}"),
        Place::Colour(colour) => format!("c{colour}"),
    }
}
