//! The context of a verb: configuration, output, clock.

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
    /// The tenant of the configuration, which is read when a verb needs it.
    Configured { env_file: Option<PathBuf> },
    /// A tenant that is given.
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

    /// The same context on another tenant, with its own time.
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

    /// The tenant's host, as people know it.
    pub(crate) fn tenant_name(client: &Client) -> &str {
        let url = client.base_url();
        url.split_once("://").map_or(url, |(_, host)| host)
    }
}
