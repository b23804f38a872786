//! Finds the tenant and the credentials.

use std::path::{Path, PathBuf};

use certs::{Client, ClientBuilder};

use crate::status::{Failure, Result};

const VARIABLES: [&str; 3] = ["SAIL_BASE_URL", "SAIL_CLIENT_ID", "SAIL_CLIENT_SECRET"];

const HOW: &str = "\
Set SAIL_BASE_URL (such as https://acme.api.identitynow.com), SAIL_CLIENT_ID and
SAIL_CLIENT_SECRET (of a personal access token), or give a file of such lines with --env-file.
The vendor's ~/.sailpoint/config.yaml is read if none of them is set.
No tenant at hand? `certs simulate` starts one on this machine, `certs demo` shows everything.";

pub(crate) fn client(env_file: Option<&Path>) -> Result<Client> {
    let builder = match env_file {
        Some(file) => ClientBuilder::from_file(file)?,
        None => match cli_config() {
            Some(file) if missing().len() == VARIABLES.len() => ClientBuilder::from_file(file)?,
            _ => from_env()?,
        },
    };
    let product = concat!("certs-cli/", env!("CARGO_PKG_VERSION"));
    Ok(builder.user_agent(product).build()?)
}

/// The variables that are not set.
fn missing() -> Vec<&'static str> {
    let is_set = |name: &&str| std::env::var(name).is_ok_and(|it| !it.trim().is_empty());
    let missing = VARIABLES.into_iter().filter(|name| !is_set(name));
    missing.collect()
}

/// The configuration of the vendor's command line tool, if there is one.
fn cli_config() -> Option<PathBuf> {
    let file = std::env::home_dir()?.join(".sailpoint").join("config.yaml");
    file.is_file().then_some(file)
}

fn from_env() -> Result<ClientBuilder> {
    match &missing()[..] {
        [] => Ok(ClientBuilder::from_env()?),
        missing if missing.len() == VARIABLES.len() => {
            Err(Failure::error(format!("no tenant is configured.\n{HOW}")))
        }
        missing => {
            let names = missing.join(" and ");
            Err(Failure::error(format!("{names} is not set.\n{HOW}")))
        }
    }
}
