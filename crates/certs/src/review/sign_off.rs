//! Signing off.

mod journaled;
mod ready;

use std::future::IntoFuture;
use std::time::Duration;

use certs_raw::Operation;
use futures_core::future::BoxFuture;

use crate::api::certifications::Review;
use crate::api::poll::{Poll, is_passing, settle};
use crate::api::v3;
use crate::effects::journal::{Journal, Record};
use crate::error::Result;
use crate::http::call;
use crate::model::Certification;
use ready::Readiness;

pub(crate) use journaled::resume;

pub(super) const OPERATION: Operation = v3("sign_off_identity_certification");

impl Review {
    /// Signs off, if nothing is left to do. Await the result to send.
    ///
    /// It first reads the tasks that run on the certification
    /// (`GET /v3/certification-tasks`) and the certification itself
    /// (`GET /v3/certifications/{id}`), and sends
    /// `POST /v3/certifications/{id}/sign-off` only if every decision is made and no task is
    /// running. Otherwise the error says what is missing. Afterwards the certification can
    /// only be read, and revoked access is taken away. This cannot be undone.
    ///
    /// ```
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = certs_sim::Simulator::start().await?;
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
    /// # use certs::{filter::certification, model::Phase};
    /// # let open = certification::phase().eq(Phase::Active).and(certification::completed().eq(false));
    /// # let page = client.certifications().filter(open).send().await?;
    /// # let open = page.items.iter()
    /// #     .find(|c| !c.reviewer.as_ref().unwrap().is_governance_group()).unwrap();
    /// match client.certification(&open.id).sign_off().await {
    ///     Ok(certification) => println!("signed on {:?}", certification.signed),
    ///     // "... cannot be signed off yet: 9 of 12 decisions are open (item 2c91..., ...)"
    ///     Err(error) if error.is_not_ready() => println!("not yet: {error}"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn sign_off(&self) -> SignOff {
        SignOff {
            review: self.clone(),
            wait: None,
            checks: true,
            journal: None,
        }
    }
}

/// A sign-off that is about to be sent. Await it to get the certification as it is then.
///
/// When the answer to the sign-off is lost, the certification is read: if it is signed, that
/// is the result, and if it is not, the error that lost the answer, which then says that
/// nothing was done.
///
/// # Errors
///
/// [`NotReady`](crate::ErrorKind::NotReady) if decisions are open, tasks are running or the
/// certification has not started; refused if it is signed already; and whatever a call meets,
/// such as an invalid request for the certification of a governance group. If
/// [`may_have_taken_effect`](crate::Error::may_have_taken_effect), look at the certification
/// before trying again.
#[derive(Clone, Debug)]
#[must_use = "the sign-off is sent when this is awaited"]
pub struct SignOff {
    review: Review,
    wait: Option<Duration>,
    checks: bool,
    journal: Option<Journal>,
}

impl SignOff {
    /// Waits up to this long for open decisions and running tasks, and signs off as soon as
    /// there are none. By default it does not wait.
    ///
    /// It looks with random pauses that grow to at most 5 seconds. As with
    /// [`WaitForTask`](crate::WaitForTask), a service that is out of reach for a while does
    /// not end the wait.
    pub fn wait(mut self, limit: Duration) -> Self {
        self.wait = Some(limit);
        self
    }

    /// Goes straight to `POST /v3/certifications/{id}/sign-off`: reads nothing before, waits
    /// for nothing and, when the answer is lost, does not look. The service refuses what it
    /// does not allow with an invalid request.
    pub fn unchecked(mut self) -> Self {
        self.checks = false;
        self
    }

    /// Writes to a journal that the sign-off is about to be sent and what came of it, so that a
    /// crash can be recovered from. If the journal cannot be written, it is not sent.
    ///
    /// If the journal says that the certification was signed off, or may have been, it is read
    /// first, even by an [unchecked](Self::unchecked) sign-off: if it is signed, that is the
    /// result. A sign-off that could not be sent, because decisions were open for example,
    /// remains to be done: [`Client::resume`](crate::Client::resume) tries it again.
    ///
    /// ```
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sim = certs_sim::Simulator::start().await?;
    /// # let admin = sim.admin();
    /// # let client = certs::Client::builder(sim.base_url())
    /// #     .client_credentials(admin.client_id, admin.client_secret)
    /// #     .build()?;
    /// # use certs::{filter::certification, model::Phase};
    /// # let open = certification::phase().eq(Phase::Active).and(certification::completed().eq(false));
    /// # let page = client.certifications().filter(open).send().await?;
    /// # let open = page.items.iter()
    /// #     .find(|c| !c.reviewer.as_ref().unwrap().is_governance_group()).unwrap();
    /// # let review = client.certification(&open.id);
    /// # let items: Vec<_> = review.items().stream().try_collect().await?;
    /// # let decisions = items.iter().map(|item| item.approve().comment("still needed"));
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("review.jsonl");
    /// let journal = certs::Journal::create(&path).await?;
    /// review.decide(decisions).journal(&journal).await?.ensure_complete()?;
    /// for _ in 0..2 {
    ///     // The second time only reads: the journal says that it is signed.
    ///     let certification = review.sign_off().journal(&journal).await?;
    ///     assert!(certification.is_signed());
    /// }
    /// # Ok(()) }
    /// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
    /// ```
    pub fn journal(mut self, journal: &Journal) -> Self {
        self.journal = Some(journal.clone());
        self
    }

    /// Sends the sign-off. The same as awaiting this.
    ///
    /// # Errors
    ///
    /// Those of [`SignOff`].
    pub async fn send(self) -> Result<Certification> {
        self.await
    }

    async fn run(self) -> Result<Certification> {
        // An id that cannot stand in a path is refused before anything is read.
        self.review.path_id(OPERATION)?;
        let Some(journal) = &self.journal else {
            return self.attempt(&Record::default()).await;
        };
        journal.check(&self.review.client)?;
        match journaled::signed_before(&self.review, journal).await? {
            Some(certification) => Ok(certification),
            None => {
                let record = journaled::plan(&self, journal).await?;
                self.attempt_and_record(&record).await
            }
        }
    }

    /// Signs off if nothing speaks against it, and finds out what became of that.
    async fn attempt(&self, record: &Record) -> Result<Certification> {
        let review = &self.review;
        if self.checks {
            until_ready(review, self.wait).await?;
        }
        record.sending().await?;
        match sign_off_once(review).await {
            Err(error) if self.checks && error.may_have_taken_effect() => {
                match after_lost_answer(review).await {
                    Ok(certification) if certification.is_signed() => Ok(certification),
                    Ok(_) => Err(error.seen_without_effect()),
                    Err(_) => Err(error),
                }
            }
            answered => answered,
        }
    }
}

impl IntoFuture for SignOff {
    type Output = Result<Certification>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Signs off, whatever there is to say against it.
pub(super) async fn sign_off_once(review: &Review) -> Result<Certification> {
    let request = review.client.raw().sign_off_identity_certification();
    let id = review.path_id(OPERATION)?;
    let answer = call(OPERATION, request.id(id).send()).await?;
    Ok(answer.body)
}

/// The certification after a sign-off whose answer was lost. Nothing but a sign-off signs.
pub(super) async fn after_lost_answer(review: &Review) -> Result<Certification> {
    settle(|| review.get(), Certification::is_signed).await
}

/// Returns when nothing speaks against the sign-off any more.
async fn until_ready(review: &Review, wait: Option<Duration>) -> Result<()> {
    let Some(limit) = wait.filter(|limit| !limit.is_zero()) else {
        let readiness = Readiness::of(review).await?;
        return readiness.check(review, None).await;
    };
    let mut poll = Poll::new(limit);
    let mut last = None;
    loop {
        let at_least = match poll.look(Readiness::of(review)).await {
            None => break,
            Some(Ok(readiness)) if !readiness.is_worth_a_wait() => {
                return readiness.check(review, None).await;
            }
            Some(Ok(readiness)) => {
                last = Some(Ok(readiness));
                None
            }
            Some(Err(error)) if is_passing(&error) => {
                let at_least = error.retry_after();
                last = Some(Err(error));
                at_least
            }
            Some(Err(error)) => return Err(error),
        };
        if !poll.pause(at_least).await {
            break;
        }
    }
    match last {
        Some(readiness) => readiness?.check(review, Some(limit)).await,
        None => Err(Readiness::not_seen(review, limit)),
    }
}
