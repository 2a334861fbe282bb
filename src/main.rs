//! Arguments to a run to an exit code; the only place that chooses an exit code.

fn main() {}
