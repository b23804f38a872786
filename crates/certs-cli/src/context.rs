//! What every verb works with.

use std::path::PathBuf;

use certs::Client;

use crate::cli::Global;
use crate::config;
use crate::output::Output;
use crate::status::Result;
use crate::time::Clock;

/// The tenant and the output of this run.
#[derive(Debug)]
pub(crate) struct Context {
    tenant: Tenant,
    pub(crate) output: Output,
}

#[derive(Debug)]
enum Tenant {
    /// What the configuration names, when a verb needs it.
    Configured { env_file: Option<PathBuf> },
    /// One that is here already.
    Given(Client),
}

impl Context {
    pub(crate) fn new(global: Global) -> Self {
        Self {
            tenant: Tenant::Configured {
                env_file: global.env_file,
            },
            output: Output {
                format: global.output,
                clock: Clock::new(),
            },
        }
    }

    /// The same, on this tenant, which has a time of its own.
    pub(crate) fn on(&self, client: Client, clock: Clock) -> Self {
        Self {
            tenant: Tenant::Given(client),
            output: Output {
                format: self.output.format,
                clock,
            },
        }
    }

    /// A client of the tenant. Nothing is sent.
    pub(crate) fn client(&self) -> Result<Client> {
        match &self.tenant {
            Tenant::Given(client) => Ok(client.clone()),
            Tenant::Configured { env_file } => config::client(env_file.as_deref()),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.output.clock
    }

    /// The host by which people know the tenant.
    pub(crate) fn tenant_name(client: &Client) -> &str {
        let url = client.base_url();
        url.split_once("://").map_or(url, |(_, host)| host)
    }
}
