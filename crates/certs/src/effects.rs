//! The engine of everything that changes access.
//!
//! One loop plans, announces, sends, probes and notes, for each kind of [`Effect`]; a journal of
//! it survives the program, and resuming is the same loop again.

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
use crate::model::{Certification, ReviewDecision, Task};
use journal::spec::{CallSpec, ItemSpec};
use journal::{PartId, TaskRef};

/// One kind of change to one certification: what deciding, reassigning and signing off do
/// differently. Its items are numbered from 0.
pub(crate) trait Effect: Send + Sync {
    fn operation(&self) -> Operation;

    /// The certification that it changes.
    fn certification(&self) -> &str;

    /// Whether its items are certifications of a campaign: `certification` is the campaign's id
    /// then.
    fn is_of_a_campaign(&self) -> bool {
        false
    }

    fn len(&self) -> usize;

    fn id(&self, item: usize) -> &str;

    /// The decision that an item is, if it is one.
    fn decision(&self, _: usize) -> Option<&Arc<ReviewDecision>> {
        None
    }

    /// Whether it states a result, so that doing it twice is doing it once.
    fn is_absolute(&self) -> bool;

    /// Cuts items into the parts that are sent in one request each.
    fn cut(&self, items: Vec<usize>) -> Vec<Vec<usize>>;

    /// Whether nothing speaks against sending it now; it may wait for that.
    fn ready<'a>(&'a self, _: &'a Api) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Sends items in one request.
    fn send<'a>(&'a self, api: &'a Api, items: &'a [usize]) -> BoxFuture<'a, Result<Accepted>>;

    /// Reads whether items are done.
    fn probe<'a>(&'a self, api: &'a Api, asked: Asked<'a>) -> BoxFuture<'a, Result<Probe>>;

    /// The task that a service does a part in.
    fn task(&self, api: &Api, id: &str) -> TaskHandle {
        TaskHandle::new(api, id.to_owned())
    }

    /// What the certification is, as it is now, if it takes nothing of it.
    fn refusal(&self, certification: &Certification) -> Option<&'static str>;

    /// How a journal describes it, and each of its items.
    fn spec(&self) -> CallSpec;
    fn item_spec(&self, item: usize) -> ItemSpec;
}

/// Items that are sent in one request, as long as nothing speaks against that.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// Its number in the journal, if there is one.
    pub(crate) id: Option<PartId>,
    pub(crate) items: Vec<usize>,
    pub(crate) known: Known,
}

/// What is known of a part before a run deals with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// It was planned just now.
    Planned,
    /// It was planned in an earlier run, and not sent.
    PlannedEarlier,
    /// It was sent in an earlier run, in a request of so many items, and may be done.
    Sent { together: usize },
    /// A task was doing it.
    Task(TaskRef),
}

/// How a service accepts a part.
#[derive(Debug)]
pub(crate) enum Accepted {
    /// It is done; the certification as it is then, if the answer says so.
    Done(Option<Box<Certification>>),
    /// A task does it.
    Task(Box<Task>),
    /// It was accepted, and the answer does not say that it is done.
    Unconfirmed,
}

/// What a probe is about.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) items: &'a [usize],
    /// How many items their request had.
    pub(crate) together: usize,
    /// The tasks of other parts.
    pub(crate) other_tasks: &'a [String],
}

/// What reading shows of a part.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    /// One for each item that was asked about; none while tasks may change them.
    pub(crate) items: Vec<Observed>,
    /// The tasks that are pending, and may be its own.
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

/// What reading shows of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    /// It is done.
    Made,
    /// It is done as far as answers show.
    MadeAsFarAsShown,
    /// What answers show of it was so before it was planned.
    ShownBefore,
    /// It is not done: the item is as it was when the effect was planned.
    NotMade,
    /// It is not done, and the item is not as it was.
    Changed,
    /// The item is not in the certification any more.
    Gone,
    /// The item is not in the certification, and was not seen there when the effect was planned.
    Absent,
    /// The answer lacks what it should show.
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
