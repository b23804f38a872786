//! Signing off.

use std::future::IntoFuture;

use certs_raw::Operation;
use futures_core::future::BoxFuture;

use super::certifications::Review;
use super::v3;
use crate::client::Client;
use crate::error::Result;
use crate::model::Certification;
use crate::transport::call;

const OPERATION: Operation = v3("sign_off_identity_certification");

impl Review {
    /// Signs off (`POST /v3/certifications/{id}/sign-off`). Await the result to send.
    ///
    /// Every decision has to be made. Afterwards the certification can only be read, and
    /// revoked access is taken away. This cannot be undone.
    pub fn sign_off(&self) -> SignOff {
        SignOff {
            client: self.client.clone(),
            certification: self.path_id(OPERATION),
        }
    }
}

/// A sign-off that is about to be sent. Await it to get the certification as it is then.
///
/// # Errors
///
/// An invalid request if decisions are open or it is signed already, and whatever else the
/// call meets. If [`may_have_taken_effect`](crate::Error::may_have_taken_effect), look at
/// the certification before trying again.
#[derive(Debug)]
#[must_use = "the sign-off is sent when this is awaited"]
pub struct SignOff {
    client: Client,
    certification: Result<String>,
}

impl SignOff {
    /// Sends the sign-off. The same as awaiting this.
    ///
    /// # Errors
    ///
    /// Those of [`SignOff`].
    pub async fn send(self) -> Result<Certification> {
        self.await
    }
}

impl IntoFuture for SignOff {
    type Output = Result<Certification>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.client.raw().sign_off_identity_certification();
            Ok(call(OPERATION, request.id(self.certification?).send())
                .await?
                .body)
        })
    }
}
