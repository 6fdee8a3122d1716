//! Tables of cosines and sines, and which of their rows a token takes.

use kinglet_graph::{Graph, LongFrequencies, Rope};

use super::chunk::Run;
use crate::{Device, GpuError, plan::long_rows};

/// Positions are 31 bits where they are added to.
const ROWS: u32 = 1 << 31;

/// What the tables of a session have beside a row for each position.
#[derive(Debug)]
pub(crate) struct Rotations {
    /// Rows of positions.
    context: usize,
    /// Tokens of a replay, which bring rows of their own where these depend on the length.
    room: usize,
    longer: Option<Longer>,
    /// Rows on their way to the device.
    rows: Vec<[f32; 2]>,
}

/// What is otherwise in long sequences, of all rotations that know any.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Longer {
    beyond: usize,
    /// The rows depend on the length: each step brings those of its tokens.
    growing: bool,
}

impl Rotations {
    /// The rotations of a graph, for replays of at most `room` tokens.
    pub(crate) fn new(graph: &Graph, context: usize, room: usize) -> Result<Rotations, GpuError> {
        let mut longer = None;
        for (index, rope) in graph.ropes.iter().enumerate().filter(|(_, rope)| long_rows(rope, context, room) > 0) {
            let Some(of_rope) = &rope.longer else { continue };
            let growing = matches!(of_rope.frequencies, LongFrequencies::Growing { .. });
            let of_rope = Longer { beyond: of_rope.beyond, growing };
            if *longer.get_or_insert(of_rope) != of_rope {
                let why = "becomes long otherwise than the rotations before it".to_owned();
                return Err(GpuError::Unsupported { node: format!("rotation {index}"), why });
            }
        }
        let rows = Vec::with_capacity(if longer.is_some_and(|longer: Longer| longer.growing) { room } else { 0 });
        Ok(Rotations { context, room, longer, rows })
    }

    /// The table of a rotation: a row for each position, then those of long sequences where they are known.
    pub(crate) fn table(&self, rope: &Rope) -> Vec<[f32; 2]> {
        let rows = |length| (0..self.context).flat_map(move |position| rope.row(position, length));
        let mut table: Vec<[f32; 2]> = rows(0).collect();
        if matches!(self.longer, Some(Longer { growing: false, .. })) && long_rows(rope, self.context, self.room) > 0 {
            table.extend(rows(self.context));
        }
        table
    }

    /// Rows of a rotation's table.
    pub(crate) fn table_rows(&self, rope: &Rope) -> usize {
        self.context + long_rows(rope, self.context, self.room)
    }

    /// Makes room for so many tokens of a replay, and says whether tables must be made anew for it.
    pub(crate) fn make_room(&mut self, tokens: usize) -> bool {
        self.room = tokens;
        self.longer.is_some_and(|longer| longer.growing)
    }

    /// What is added to a position, in 31 bits, for its row. The token is at `index` of its replay; its slot has `length`
    /// tokens at the end of the step.
    pub(crate) fn shift(&self, index: usize, position: u32, length: usize) -> u32 {
        match self.longer {
            Some(Longer { beyond, growing }) if length > beyond => {
                let row = if growing { self.context + index } else { self.context + position as usize };
                (row as u32).wrapping_sub(position) % ROWS
            }
            _ => 0,
        }
    }

    /// Uploads the rows of those tokens of a replay whose turns depend on the length.
    pub(crate) fn upload<'a>(
        &mut self,
        device: &Device,
        ropes: impl Iterator<Item = (&'a Rope, &'a wgpu::Buffer)>,
        runs: impl Iterator<Item = Run<'a>> + Clone,
    ) {
        let Some(Longer { beyond, growing: true }) = self.longer else { return };
        for (rope, buffer) in ropes.filter(|(rope, _)| long_rows(rope, self.context, self.room) > 0) {
            for run in runs.clone().filter(|run| run.length > beyond) {
                self.rows.clear();
                let positions = run.tokens.iter().map(|token| token.position as usize);
                self.rows.extend(positions.flat_map(|position| rope.row(position, run.length)));
                let offset = (self.context + run.first) * rope.pairs() * 8;
                device.upload(buffer, offset as u64, bytemuck::cast_slice(&self.rows));
            }
        }
    }
}
