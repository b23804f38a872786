//! The engine of everything that changes access.
//!
//! One loop plans, announces, sends, probes and notes, for each kind of [`Effect`]; a journal of
//! it survives the program, and resuming is the same loop again.

pub(crate) mod engine;
pub(crate) mod journal;
pub(crate) mod outcome;
pub(crate) mod resume;

use certs_raw::Operation;
use futures_core::future::BoxFuture;

use crate::api::Api;
use crate::api::tasks::TaskHandle;
use crate::error::Result;
use crate::model::{Certification, ReviewDecision, Task};
use journal::spec::{CallSpec, ItemSpec};

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

    /// How many items it has.
    fn len(&self) -> usize;

    /// The id of an item.
    fn id(&self, item: usize) -> &str;

    /// The decision that an item is, if it is one.
    fn decision(&self, _: usize) -> Option<&ReviewDecision> {
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

    /// Reads whether items are done that were sent in a request of as many as `together`.
    /// `ignore` are the tasks of other parts.
    fn probe<'a>(
        &'a self,
        api: &'a Api,
        items: &'a [usize],
        together: usize,
        ignore: &'a [String],
    ) -> BoxFuture<'a, Result<Probe>>;

    /// The task that a service does a part in.
    fn task(&self, api: &Api, id: &str) -> TaskHandle {
        TaskHandle::new(api, id.to_owned())
    }

    /// Whether the certification, as it is now, takes nothing of it.
    fn is_refused_by(&self, certification: &Certification) -> bool;

    /// How a journal describes it, and each of its items.
    fn spec(&self) -> CallSpec;
    fn item_spec(&self, item: usize) -> ItemSpec;
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

/// What reading shows of a part.
#[derive(Debug, Default)]
pub(crate) struct Probe {
    /// One for each item that was asked about.
    pub(crate) items: Vec<Observed>,
    /// A task is running that may be its own.
    pub(crate) task: Option<Box<Task>>,
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
