//! Signing off.

mod ready;

use std::future::IntoFuture;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use certs_raw::{Operation, v3};
use futures_core::future::BoxFuture;
use tracing::Instrument as _;

use crate::api::Api;
use crate::api::certifications::Review;
use crate::effects::engine::{self, Settings};
use crate::effects::journal::Journal;
use crate::effects::journal::spec::{CallSpec, ItemSpec};
use crate::effects::outcome::Outcome;
use crate::effects::{Accepted, Effect, Observed, Probe};
use crate::error::Result;
use crate::http::retry::Idempotency;
use crate::model::Certification;

const OPERATION: Operation = v3::builder::SignOffIdentityCertification::OPERATION;

impl Review {
    /// Signs off, if nothing is left to do. This cannot be undone.
    ///
    /// It first reads the tasks that run on the certification (`GET /certification-tasks`) and the
    /// certification itself (`GET /certifications/{id}`), and sends
    /// `POST /certifications/{id}/sign-off` only if every decision is made and no task is
    /// running. Otherwise the error says what is missing. Afterwards the certification can
    /// only be read, and revoked access is taken away.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// match review.sign_off().await {
    ///     Ok(certification) => println!("signed on {:?}", certification.signed),
    ///     // "... cannot be signed off yet: 9 of 12 decisions are open (item 2c91..., ...)"
    ///     Err(error) if error.is_not_ready() => println!("not yet: {error}"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) });
    /// ```
    pub fn sign_off(&self) -> SignOff {
        SignOff {
            review: self.clone(),
            wait: None,
            checks: true,
            dry_run: false,
            journal: None,
        }
    }
}

/// Signs off when it is awaited, and returns the certification as it is then.
///
/// When the answer to the sign-off is lost, the certification is read, for up to 6 seconds: if it
/// is signed, that is the result; if it is not, the sign-off is sent again, if nothing speaks
/// against it any more, up to three times.
///
/// # When the future is dropped
///
/// The sign-off may be done or not, if it was on its way. The certification shows it.
///
/// # Errors
///
/// [`NotReady`](crate::ErrorKind::NotReady) if decisions are open, tasks are running or the
/// certification has not started; refused if it is signed already; and whatever a call meets,
/// such as an invalid request for the certification of a governance group. If
/// [`may_have_taken_effect`](crate::Error::may_have_taken_effect), read the certification before
/// trying again.
#[derive(Clone, Debug)]
#[must_use = "the sign-off is sent when this is awaited"]
pub struct SignOff {
    review: Review,
    wait: Option<Duration>,
    checks: bool,
    dry_run: bool,
    journal: Option<Journal>,
}

impl SignOff {
    /// Only checks whether it can be signed off now, and returns the certification as it is.
    /// Nothing is sent but reads.
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Waits up to this long for open decisions and running tasks, and signs off as soon as
    /// there are none. By default it does not wait.
    ///
    /// It reads with random pauses that grow to at most 5 seconds. As with
    /// [`WaitForTask`](crate::WaitForTask), a service that is out of reach for a while does
    /// not end the wait.
    pub fn wait(mut self, limit: Duration) -> Self {
        self.wait = Some(limit);
        self
    }

    /// Goes straight to `POST /certifications/{id}/sign-off`: reads nothing before and waits
    /// for nothing. The service refuses what it does not allow with an invalid request.
    pub fn unchecked(mut self) -> Self {
        self.checks = false;
        self
    }

    /// Writes to a journal that the sign-off is about to be sent and how it ended, so that a
    /// crash can be recovered from. If the journal cannot be written, it is not sent.
    ///
    /// A certification that the journal says is signed off is not signed off again. A sign-off
    /// that could not be sent, because decisions were open for example, remains to be done:
    /// [`Client::resume`](crate::Client::resume) tries it again.
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
        // An id that cannot be in a path is refused before anything is read.
        self.review.path_id()?;
        let Self {
            review,
            wait,
            checks,
            dry_run,
            journal,
        } = self;
        if dry_run {
            ready::until_ready(&review, None).await?;
            return review.get().await;
        }
        let settings = Settings {
            journal,
            ..Settings::default()
        };
        let effect = Signing {
            review,
            wait,
            checks,
            signed: Mutex::default(),
        };
        let finished = engine::run(&effect.review.api, &effect, &settings).await?;
        let outcome = finished.outcomes.first();
        match outcome.and_then(Outcome::error) {
            Some(error) => Err(error.clone()),
            None => match effect
                .signed
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner)
            {
                Some(certification) => Ok(certification),
                None => effect.review.get().await,
            },
        }
    }
}

impl IntoFuture for SignOff {
    type Output = Result<Certification>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let span = tracing::info_span!("sign_off", certification = self.review.id);
        let during = self.review.api.operation(OPERATION);
        let run = async move { self.run().await.map_err(|error| error.during(during)) };
        Box::pin(run.instrument(span))
    }
}

/// A sign-off as an effect. Its one item is the certification.
struct Signing {
    review: Review,
    wait: Option<Duration>,
    checks: bool,
    /// The certification as it was signed.
    signed: Mutex<Option<Certification>>,
}

impl Signing {
    /// Keeps the certification if it is signed, and says whether it is.
    fn keep(&self, certification: Certification) -> bool {
        let is_signed = certification.is_signed();
        if is_signed {
            let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
            *signed = Some(certification);
        }
        is_signed
    }
}

impl Effect for Signing {
    fn operation(&self) -> Operation {
        OPERATION
    }

    fn certification(&self) -> &str {
        &self.review.id
    }

    fn len(&self) -> usize {
        1
    }

    fn id(&self, _: usize) -> &str {
        &self.review.id
    }

    fn is_absolute(&self) -> bool {
        true
    }

    fn cut(&self, items: Vec<usize>) -> Vec<Vec<usize>> {
        Vec::from_iter((!items.is_empty()).then_some(items))
    }

    fn ready<'a>(&'a self, api: &'a Api) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if !self.checks {
                return Ok(());
            }
            let review = Review {
                api: api.clone(),
                id: self.review.id.clone(),
            };
            ready::until_ready(&review, self.wait).await
        })
    }

    fn send<'a>(&'a self, api: &'a Api, _: &'a [usize]) -> BoxFuture<'a, Result<Accepted>> {
        Box::pin(async move {
            let request = || {
                let request = api.raw().sign_off_identity_certification();
                Ok(request.id(self.review.path_id()?).request()?)
            };
            let answered = api
                .write(OPERATION, Idempotency::NotIdempotent, request)
                .await?;
            if answered.is_some_and(|certification| self.keep(certification)) {
                Ok(Accepted::Done(None))
            } else {
                Ok(Accepted::Unconfirmed)
            }
        })
    }

    fn probe<'a>(
        &'a self,
        api: &'a Api,
        _: &'a [usize],
        _: usize,
        _: &'a [String],
    ) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(async move {
            let review = Review {
                api: api.clone(),
                id: self.review.id.clone(),
            };
            // Nothing but a sign-off signs.
            let is_signed = self.keep(review.get().await?);
            let observed = if is_signed {
                Observed::Made
            } else {
                Observed::NotMade
            };
            Ok(Probe {
                items: vec![observed],
                task: None,
            })
        })
    }

    fn is_refused_by(&self, _: &Certification) -> bool {
        true
    }

    fn spec(&self) -> CallSpec {
        CallSpec::SignOff {
            certification: self.review.id.clone(),
            checked: self.checks,
            waits: self.wait.is_some(),
        }
    }

    fn item_spec(&self, _: usize) -> ItemSpec {
        ItemSpec {
            id: self.review.id.clone(),
            ..ItemSpec::default()
        }
    }
}

/// A sign-off as a journal holds it.
pub(super) fn rebuild(
    api: &Api,
    certification: &str,
    checks: bool,
    wait: Option<Duration>,
) -> impl Effect + use<> {
    Signing {
        review: Review {
            api: api.clone(),
            id: certification.to_owned(),
        },
        wait,
        checks,
        signed: Mutex::default(),
    }
}
