//! Sign-off: the end of a certification.

mod ready;

use std::time::Duration;

use certs_raw::{Operation, v3};
use futures_core::future::BoxFuture;

use crate::api::Api;
use crate::api::awaited::awaited;
use crate::api::certifications::Review;
use crate::effects::engine;
use crate::effects::journal::spec::{CallSpec, ItemSpec, SignOffSpec};
use crate::effects::settings::{Settings, settings};
use crate::effects::{Accepted, Asked, Effect, Observed, Probe};
use crate::error::Result;
use crate::http::retry::Idempotency;
use crate::model::{Certification, Id};
use crate::review::text;

const OPERATION: Operation = v3::builder::SignOffIdentityCertification::OPERATION;

impl Review {
    /// Signs off if every decision is made and no task is running. This cannot be undone.
    ///
    /// It first reads the tasks on the certification (`GET /certification-tasks`) and the
    /// certification itself (`GET /certifications/{id}`), and sends `POST
    /// /certifications/{id}/sign-off` only if both allow it. Otherwise the error says what is
    /// missing. After the sign-off, the service removes revoked access.
    ///
    /// ```
    /// # mod doctest { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest.rs")); } use doctest::*;
    /// # example(async |_, review| {
    /// use certs::ErrorKind;
    ///
    /// match review.sign_off().await {
    ///     Ok(certification) => println!("signed on {:?}", certification.signed),
    ///     // "... cannot be signed off yet: 9 of 12 decisions are open (item 2c91..., ...)"
    ///     Err(error) if error.kind() == ErrorKind::NotReady => println!("not yet: {error}"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) });
    /// ```
    pub fn sign_off(&self) -> SignOff {
        SignOff {
            review: self.clone(),
            wait: None,
            checks: true,
            settings: Settings::default(),
        }
    }
}

/// Signs off when it is awaited, and returns the signed certification.
///
/// If the response to the sign-off is lost, the certification is read for up to 6 seconds. If it is
/// signed, it is returned; if not, the sign-off is sent again, up to three times, as long as the
/// certification is ready for it.
///
/// With a journal, a sign-off that could not be sent, for example because decisions were open,
/// stays unfinished: [`Client::resume`](crate::Client::resume) tries it again.
///
/// If it is [dropped](crate::guide::cancellation), the certification may be signed or not: read it
/// to find out.
///
/// # Errors
///
/// [`NotReady`](crate::ErrorKind::NotReady) if decisions are open, tasks are running or the
/// certification has not started; refused if it is signed already. Other errors are those of any
/// call, such as an invalid request for the certification of a governance group. If
/// [`may_have_taken_effect`](crate::Error::may_have_taken_effect), read the certification before
/// trying again.
#[derive(Clone, Debug)]
#[must_use = "the sign-off is sent when this is awaited"]
pub struct SignOff {
    pub(super) review: Review,
    pub(super) wait: Option<Duration>,
    pub(super) checks: bool,
    settings: Settings,
}

settings!(SignOff: journal);
awaited!(SignOff -> Certification, |call| (
    tracing::info_span!("sign_off", certification = %call.review.id),
    call.review.api.operation(OPERATION),
));

impl SignOff {
    /// Checks whether the certification can be signed off now, and returns it. Sends only reads.
    pub fn dry_run(mut self) -> Self {
        self.settings.dry_run = true;
        self
    }

    /// Waits up to this long for open decisions and running tasks, and signs off as soon as
    /// there are none. By default it does not wait.
    ///
    /// It reads with random pauses that grow to at most 5 seconds. As with
    /// [`WaitForTask`](crate::WaitForTask), a service that cannot be reached for a while does not
    /// end the wait.
    pub fn wait(mut self, limit: Duration) -> Self {
        self.wait = Some(limit);
        self
    }

    /// Sends `POST /certifications/{id}/sign-off` without reading or waiting first. If the service
    /// does not allow it, the error is an invalid request.
    pub fn unchecked(mut self) -> Self {
        self.checks = false;
        self
    }

    async fn run(self) -> Result<Certification> {
        // An id that cannot be in a path is refused before anything is read.
        self.review.path_id()?;
        if self.settings.dry_run {
            ready::until_ready(&self.review, None).await?;
            return self.review.get().await;
        }
        let outcome = engine::run(&self.review.api, &self, &self.settings).await?;
        if let Some(error) = outcome.items.first().and_then(|item| item.outcome.error()) {
            return Err(error.clone());
        }
        match outcome.certification {
            Some(certification) => Ok(certification),
            None => self.review.get().await,
        }
    }
}

/// Its one item is the certification.
impl Effect for SignOff {
    fn operation(&self) -> Operation {
        OPERATION
    }

    fn certification(&self) -> &str {
        text(&self.review.id)
    }

    fn len(&self) -> usize {
        1
    }

    fn id(&self, _: usize) -> &Id {
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
            if self.checks {
                ready::until_ready(&Review::new(api, &self.review.id), self.wait).await?;
            }
            Ok(())
        })
    }

    fn send<'a>(&'a self, api: &'a Api, _: &'a [usize]) -> BoxFuture<'a, Result<Accepted>> {
        Box::pin(async move {
            let request = || {
                let request = api.raw().sign_off_identity_certification();
                Ok(request.id(self.review.path_id()?).request()?)
            };
            let signed = api
                .write(OPERATION, Idempotency::NotIdempotent, request)
                .await?;
            Ok(match signed.filter(Certification::is_signed) {
                Some(certification) => Accepted::Done(Some(Box::new(certification))),
                None => Accepted::Unconfirmed,
            })
        })
    }

    fn probe<'a>(&'a self, api: &'a Api, _: Asked<'a>) -> BoxFuture<'a, Result<Probe>> {
        Box::pin(async move {
            let certification = Review::new(api, &self.review.id).get().await?;
            if !certification.is_signed() {
                return Ok(Probe::of([Observed::NotMade]));
            }
            // Only a sign-off can have signed it.
            Ok(Probe {
                certification: Some(Box::new(certification)),
                ..Probe::of([Observed::Made])
            })
        })
    }

    fn refusal(&self, _: &Certification) -> Option<&'static str> {
        Some("not to be signed off")
    }

    fn spec(&self) -> CallSpec {
        CallSpec::SignOff(SignOffSpec {
            certification: self.review.id.to_string(),
            checked: self.checks,
            waits: self.wait.is_some(),
        })
    }

    fn item_spec(&self, _: usize) -> ItemSpec {
        ItemSpec {
            id: self.review.id.to_string(),
            ..ItemSpec::default()
        }
    }
}
