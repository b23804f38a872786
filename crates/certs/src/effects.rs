//! The engine that runs every change of access.
//!
//! One loop plans, announces, sends, probes and notes every kind of [`Effect`]. Its journal
//! survives a crash; resuming runs the same loop again.

pub(crate) mod engine;
pub(crate) mod journal;
pub(crate) mod outcome;
pub(crate) mod resume;
pub(crate) mod settings;

use std::sync::Arc;

use certs_raw::Operation;
use futures_core::future::BoxFuture;

use crate::api::Api;
use crate::api::tasks::TaskHandle;
use crate::error::Result;
use crate::model::{Certification, Id, ReviewDecision, Task};
use journal::spec::{CallSpec, ItemSpec};
use journal::{PartId, TaskRef};

/// One kind of change to one certification: what deciding, reassigning and signing off do
/// differently. Its items are numbered from 0.
pub(crate) trait Effect: Send + Sync {
    fn operation(&self) -> Operation;

    /// The certification that it changes.
    fn certification(&self) -> &str;

    /// Whether its items are the certifications of a campaign. If so, `certification` is the
    /// campaign's id.
    fn is_of_a_campaign(&self) -> bool {
        false
    }

    fn len(&self) -> usize;

    fn id(&self, item: usize) -> &Id;

    /// The decision about this item, if the effect decides.
    fn decision(&self, _: usize) -> Option<&Arc<ReviewDecision>> {
        None
    }

    /// Whether it states a result, so that sending it twice has the same effect as sending it once.
    fn is_absolute(&self) -> bool;

    /// Cuts items into the parts that are sent in one request each.
    fn cut(&self, items: Vec<usize>) -> Vec<Vec<usize>>;

    /// Checks whether the effect may be sent. May wait until it can.
    fn ready<'a>(&'a self, _: &'a Api) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Sends items in one request.
    fn send<'a>(&'a self, api: &'a Api, items: &'a [usize]) -> BoxFuture<'a, Result<Accepted>>;

    /// Reads whether items are done.
    fn probe<'a>(&'a self, api: &'a Api, asked: Asked<'a>) -> BoxFuture<'a, Result<Probe>>;

    /// A handle to the task that does a part.
    fn task(&self, api: &Api, id: &Id) -> TaskHandle {
        TaskHandle::new(api, id)
    }

    /// Why the certification, in its current state, accepts none of the items; `None` if it may
    /// accept some.
    fn refusal(&self, certification: &Certification) -> Option<&'static str>;

    /// How a journal describes the effect, and each of its items.
    fn spec(&self) -> CallSpec;
    fn item_spec(&self, item: usize) -> ItemSpec;
}

/// Items that are sent in one request, unless the request has to be divided.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its number in the journal, if there is one.
    pub(crate) id: Option<PartId>,
    pub(crate) items: Vec<usize>,
    pub(crate) known: Known,
}

/// The state of a part at the start of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It was planned just now.
    Planned,
    /// It was planned in an earlier run, and not sent.
    PlannedEarlier,
    /// It was sent in an earlier run, in a request with this many items, and may be done.
    Sent { together: usize },
    /// A task was doing it.
    Task(TaskRef),
}

/// How a service accepts a part.
#[derive(Debug)]
pub(crate) enum Accepted {
    /// It is done. Has the changed certification, if the response included it.
    Done(Option<Box<Certification>>),
    /// A task does it.
    Task(Box<Task>),
    /// The service accepted it, but the response does not confirm that it is done.
    Unconfirmed,
}

/// The items that a probe reads.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) items: &'a [usize],
    /// The number of items in their request.
    pub(crate) together: usize,
    /// The tasks of other parts.
    pub(crate) other_tasks: &'a [Id],
}

/// The result of a probe.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    /// One for each item of the probe; empty while tasks may change them.
    pub(crate) items: Vec<Observed>,
    /// The pending tasks that may belong to the part.
    pub(crate) tasks: Vec<Task>,
    /// The certification, if it was read.
    pub(crate) certification: Option<Box<Certification>>,
}

impl Probe {
    pub(crate) fn of(items: impl IntoIterator<Item = Observed>) -> Self {
        Self {
            items: items.into_iter().collect(),
            ..Self::default()
        }
    }
}

/// What a probe shows about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    /// It is done.
    Made,
    /// It is done as far as responses show.
    MadeAsFarAsShown,
    /// Responses show the wanted result, but did so before the effect was planned.
    ShownBefore,
    /// It is not done: the item is as it was when the effect was planned.
    NotMade,
    /// It is not done, and the item is not as it was.
    Changed,
    /// The item has left the certification.
    Gone,
    /// The item is not in the certification, and was not seen there when the effect was planned.
    Absent,
    /// The response lacks the information.
    Unclear,
}

impl Observed {
    /// Whether the item shows what was sent.
    pub(crate) fn is_made(self) -> bool {
        matches!(
            self,
            Self::Made | Self::MadeAsFarAsShown | Self::ShownBefore
        )
    }
}
