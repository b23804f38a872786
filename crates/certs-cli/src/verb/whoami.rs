//! `certs whoami`.

use certs::{Client, Timestamp, TokenClaims};
use clap::Args;

use crate::context::Context;
use crate::interrupt;
use crate::output::{Field, Record};
use crate::status::{Result, Status};
use crate::time::Clock;

/// Check configuration and token: show tenant, user and permissions
///
/// It gets a token and lists one certification. It changes and stores nothing.
#[derive(Debug, Args)]
#[command(visible_alias = "login")]
pub(crate) struct Options {}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let check = async {
            let claims = client.token_claims().await?;
            let certifications = client.certifications().count().await?;
            let mine = client
                .certifications()
                .reviewer(certs::ReviewerIdentity::Me);
            Ok((claims, certifications, mine.count().await?))
        };
        let (claims, certifications, mine) = interrupt::reading(check).await?;
        context.output.one(&Who {
            client,
            claims,
            certifications,
            mine,
        })?;
        Ok(Status::Done)
    }
}

struct Who {
    client: Client,
    claims: TokenClaims,
    certifications: u64,
    mine: u64,
}

impl Record for Who {
    fn fields(&self, clock: &Clock) -> Vec<Field> {
        let claims = &self.claims;
        let time = |time: Timestamp| {
            let time = time.to_zoned(clock.zone.clone());
            time.strftime("%H:%M:%S").to_string()
        };
        let expires = claims.expires.map(time).unwrap_or_default();
        vec![
            Field::text("tenant", Some(self.client.base_url())).column("Tenant"),
            Field::text("api_version", Some(self.client.version().name())).column("API version"),
            Field::text("org", claims.org.as_deref()).column("Organisation"),
            Field::text("identity", claims.identity_id.as_deref()).column("Identity"),
            Field::text("user", claims.user_name.as_deref()),
            Field::text("client", claims.client_id.as_deref()).column("Client id"),
            Field::list("scopes", claims.scopes.clone())
                .column("Scopes")
                .shown(claims.scopes.join(" ")),
            Field::time("token_expires", claims.expires)
                .column("Token until")
                .shown(expires),
            Field::number("certifications", self.certifications).column("Certifications"),
            Field::number("mine", self.mine).column("Mine to review"),
        ]
    }
}
