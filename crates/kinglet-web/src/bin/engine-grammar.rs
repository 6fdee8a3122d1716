//! The engine that browsers load where output is to keep to grammars.

use kinglet_web as _;

fn main() {}
