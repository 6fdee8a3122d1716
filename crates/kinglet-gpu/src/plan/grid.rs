use std::fmt;

use kinglet_shaders::MAX_SPLITS;

/// The workgroups of a dispatch: expressions that each replay evaluates, because a launch whose workgroups all exit at
/// once still costs what it costs to start them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid(pub [Side; 3]);

/// One side of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A fixed number.
    Fixed(u32),
    /// One for each group of this many tokens.
    Tokens(u32),
    /// One for each group of this many wanted rows.
    Rows(u32),
    /// One for each attention tile.
    Tiles,
    /// One for each part of the longest context, but no more than this.
    Splits(u32),
}

/// What a step asks of a plan: the numbers that grids depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Tokens.
    pub tokens: u32,
    /// Wanted rows.
    pub rows: u32,
    /// Attention tiles.
    pub tiles: u32,
    /// Parts of the longest context.
    pub splits: u32,
}

impl Grid {
    /// The workgroups along each side; a zero means that there is nothing to do.
    pub fn size(self, load: Load) -> [u32; 3] {
        self.0.map(|side| match side {
            Side::Fixed(count) => count,
            Side::Tokens(group) => load.tokens.div_ceil(group),
            Side::Rows(group) => load.rows.div_ceil(group),
            Side::Tiles => load.tiles,
            Side::Splits(most) => load.splits.min(most),
        })
    }

    /// A line of workgroups, folded into two sides where it is longer than one may be.
    pub fn folded(count: u32, side: u32) -> [Side; 2] {
        if count <= side {
            [Side::Fixed(count), Side::Fixed(1)]
        } else {
            [Side::Fixed(side), Side::Fixed(count.div_ceil(side))]
        }
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: Side| match side {
            Side::Fixed(count) => count.to_string(),
            Side::Tokens(1) => "tokens".to_owned(),
            Side::Tokens(group) => format!("tokens/{group}"),
            Side::Rows(1) => "rows".to_owned(),
            Side::Rows(group) => format!("rows/{group}"),
            Side::Tiles => "tiles".to_owned(),
            Side::Splits(MAX_SPLITS) => "splits".to_owned(),
            Side::Splits(most) => format!("splits<={most}"),
        };
        let [x, y, z] = self.0.map(side);
        write!(f, "({x}, {y}, {z})")
    }
}
