use kinglet_gpu::Counters;

use crate::Session;

/// What each decoding step of a generation asked of the GPU, on average.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PerStep {
    /// Kernel launches.
    pub dispatches: f64,
    /// The most kernel launches that a decoder layer takes.
    pub dispatches_per_layer: Option<usize>,
    /// Bytes of weights that a step reads, as they lie on the device.
    pub weight_bytes: Option<u64>,
    /// Queue submissions.
    pub submits: f64,
    /// Buffer writes by the host.
    pub uploads: f64,
    /// Bytes copied back to the host.
    pub readback_bytes: f64,
    /// GPU objects created.
    pub objects_created: f64,
}

/// Readings of the counters while a generation goes on. Steps are counted, not tokens: the engine is some steps ahead of
/// the tokens that it has handed over.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    /// After the prompt was submitted.
    start: Option<Counters>,
    /// When the first token was there. From then on the loop is steady; of a short generation every step was submitted
    /// before.
    first: Option<Counters>,
}

impl Readings {
    /// The prompt was submitted.
    pub(crate) fn start(&mut self, session: &Session) {
        self.start = session.counters();
    }

    /// A token is there.
    pub(crate) fn token(&mut self, session: &Session) {
        self.first = self.first.or_else(|| session.counters());
    }

    /// The average so far; `None` on the CPU and before a decoding step.
    pub(crate) fn per_step(&self, session: &Session) -> Option<PerStep> {
        let (now, first) = (session.counters()?, self.first?);
        let since = |earlier| average(now - earlier, session.dispatches_per_layer(), session.step_bytes());
        since(first).or_else(|| since(self.start?))
    }
}

fn average(spent: Counters, dispatches_per_layer: Option<usize>, weight_bytes: Option<u64>) -> Option<PerStep> {
    let average = |count: u64| count as f64 / spent.steps as f64;
    (spent.steps > 0).then(|| PerStep {
        dispatches: average(spent.dispatches),
        dispatches_per_layer,
        weight_bytes,
        submits: average(spent.submits),
        uploads: average(spent.uploads),
        readback_bytes: average(spent.readback_bytes),
        objects_created: average(spent.objects_created),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_over_steps() {
        let spent = Counters { steps: 4, submits: 4, uploads: 1, ..Counters::default() };
        let expected = PerStep { dispatches_per_layer: Some(5), submits: 1.0, uploads: 0.25, ..PerStep::default() };
        assert_eq!(average(spent, Some(5), None), Some(expected));
        assert_eq!(average(Counters::default(), Some(5), None), None);
    }
}
