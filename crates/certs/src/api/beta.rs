//! The view of beta: what beta has, and nothing else.

use crate::client::Client;

/// The beta APIs of the same tenant, with the same connections and token.
///
/// Made by [`Client::beta`]. Every operation here is deprecated by the vendor, with a
/// successor in V3; its answers come back in the same types.
///
/// ```
/// # async fn run() -> certs::Result<()> {
/// # let sim = certs_sim::Simulator::start().await.unwrap();
/// # let admin = sim.admin();
/// # let client = certs::Client::builder(sim.base_url())
/// #     .client_credentials(admin.client_id, admin.client_secret)
/// #     .build()?;
/// use certs::filter::beta::certification;
///
/// let page = client
///     .beta()
///     .certifications()
///     .filter(certification::completed().ne(true))
///     .send()
///     .await?;
/// println!("{} certifications have open decisions", page.items.len());
/// # Ok(()) }
/// # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct BetaClient {
    pub(crate) client: Client,
}

impl Client {
    /// The beta APIs.
    #[must_use]
    pub fn beta(&self) -> BetaClient {
        BetaClient {
            client: self.clone(),
        }
    }
}

impl BetaClient {
    /// The generated beta client underneath. See [`Client::raw`].
    #[must_use]
    pub fn raw(&self) -> &certs_raw::beta::Client {
        self.client.raw_beta()
    }
}

/// One certification, as far as beta can work on it.
///
/// Made by [`BetaClient::certification`].
#[derive(Clone, Debug)]
pub struct BetaReview {
    pub(crate) client: Client,
    pub(crate) id: String,
}

impl BetaReview {
    /// The certification's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}
