//! What the lines of a journal say of sign-offs.

use std::collections::HashMap;

use super::State;
use crate::effects::journal::effect::EffectId;

/// The last sign-off of each certification.
#[derive(Debug, Default)]
pub(super) struct SignOffs(HashMap<String, KnownSignOff>);

/// What a journal knows of a sign-off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownSignOff {
    pub(crate) id: EffectId,
    pub(crate) checked: bool,
    pub(crate) waits: bool,
    state: State,
}

impl KnownSignOff {
    /// Whether it was sent and may be done, or is.
    pub(crate) fn may_be_done(&self) -> bool {
        matches!(self.state, State::Sent | State::Applied)
    }

    /// Whether the journal says that it is done.
    pub(crate) fn is_done(&self) -> bool {
        self.state == State::Applied
    }
}

impl SignOffs {
    /// Takes in one that may be sent from now on.
    pub(super) fn begin(
        &mut self,
        id: EffectId,
        certification: String,
        checked: bool,
        waits: bool,
    ) {
        // What an earlier call has sent may still be done: one has to look first.
        let state = match self.0.get(&certification) {
            Some(earlier) if earlier.state == State::Sent => State::Sent,
            _ => State::Planned,
        };
        let known = KnownSignOff {
            id,
            checked,
            waits,
            state,
        };
        self.0.insert(certification, known);
    }

    /// Sets how far one is, unless it is at its end.
    pub(super) fn set(&mut self, certification: &str, id: EffectId, to: State) {
        if let Some(known) = self.0.get_mut(certification)
            && known.id == id
            && known.state.is_open()
        {
            known.state = to;
        }
    }

    pub(super) fn known(&self, certification: &str) -> Option<KnownSignOff> {
        self.0.get(certification).copied()
    }

    /// Those that are not at their end, in the order of the journal.
    pub(super) fn unfinished(&self) -> Vec<(String, KnownSignOff)> {
        let open = self.0.iter().filter(|(_, known)| known.state.is_open());
        let mut open: Vec<_> = open.map(|(id, known)| (id.clone(), *known)).collect();
        open.sort_by_key(|(_, known)| known.id);
        open
    }
}
