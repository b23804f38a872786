//! What the examples share: a tenant to run on.

#![allow(dead_code, reason = "each example uses what it needs of this")]

use certs::{Client, ProgressReport};
use certs_sim::{Builder, Simulator};

pub(crate) type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// The tenant of the environment, or a simulator, which stops when it is dropped.
pub(crate) async fn connect() -> Result<(Client, Option<Simulator>)> {
    connect_or(Simulator::builder()).await
}

/// The tenant of the environment, or this simulator.
pub(crate) async fn connect_or(simulator: Builder) -> Result<(Client, Option<Simulator>)> {
    if std::env::var_os("SAIL_BASE_URL").is_some() {
        let client = Client::from_env()?;
        println!("Tenant: {}", client.base_url());
        return Ok((client, None));
    }
    let simulator = simulator.start().await?;
    let admin = simulator.admin();
    let client = Client::builder(simulator.base_url())
        .client_credentials(admin.client_id, admin.client_secret)
        .build()?;
    println!(
        "No SAIL_BASE_URL is set: running on a simulator at {}",
        client.base_url()
    );
    Ok((client, Some(simulator)))
}

/// Whether the example may change something: on a simulator, or with `--yes`.
pub(crate) fn may_write(client: &Client) -> bool {
    client.base_url().starts_with("http://") || std::env::args().any(|argument| argument == "--yes")
}

/// The arguments that are no options.
pub(crate) fn arguments() -> impl Iterator<Item = String> {
    std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
}

/// Writes the progress over that of before.
pub(crate) fn show(report: ProgressReport) {
    let total = report
        .total
        .map_or("?".to_owned(), |total| total.to_string());
    let waiting = if report.waiting_for_rate_limit {
        ", waiting for the rate limit"
    } else {
        ""
    };
    eprint!("\r  {} of {total}{waiting}\x1b[K", report.done);
    if report.total == Some(report.done) {
        eprintln!();
    }
}

pub(crate) fn heading(text: &str) {
    println!("\n{text}\n{}", "─".repeat(text.chars().count()));
}

/// A name, or a substitute if the response has no name.
pub(crate) fn name<S: AsRef<str>>(name: &Option<S>) -> &str {
    name.as_ref().map_or("(unnamed)", AsRef::as_ref)
}
