//! The engine that browsers load.

use kinglet_web as _;

fn main() {}
