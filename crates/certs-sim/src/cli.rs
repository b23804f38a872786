//! The command line.

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use certs_sim::{PastEnd, RateLimit, Simulator};
use clap::Parser;

/// Simulates SailPoint's Certifications APIs, V3 and beta, on this machine.
///
/// The first line on standard output is the base URL. Below it, V3 is at /v3, beta at
/// /beta and the token endpoint at /oauth/token. Nothing is kept when it stops, which
/// it does at Ctrl-C or SIGTERM.
#[derive(Debug, Parser)]
#[command(version, after_help = CREDENTIALS)]
struct Options {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Which data set: the same seed gives the same one on the same day
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How many review items there are in all, roughly
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    items: usize,

    /// Requests in 10 seconds for each client id and API version
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        conflicts_with = "no_rate_limit"
    )]
    rate_limit: u32,

    /// Let every request pass
    #[arg(long)]
    no_rate_limit: bool,

    /// Seconds until a token expires
    #[arg(long, value_name = "SECONDS", default_value_t = 749)]
    token_lifetime: u64,

    /// Answer 400 instead of an empty page to an offset past the end
    #[arg(long)]
    refuse_past_end: bool,
}

const CREDENTIALS: &str = "\
Credentials (grant type client_credentials):
  sim-admin / sim-secret         ORG_ADMIN, and the reviewer of some certifications
  sim-cert-admin / sim-secret    CERT_ADMIN
  IDENTITY-ID / sim-secret       any identity, as GET /v3/certifications shows in
                                 reviewer.id

Try it:
  curl -s http://127.0.0.1:8080/oauth/token -d grant_type=client_credentials \\
       -d client_id=sim-admin -d client_secret=sim-secret";

/// Runs until somebody stops it.
pub(crate) async fn run() -> ExitCode {
    let options = Options::parse();
    let rate_limit = (!options.no_rate_limit).then(|| RateLimit {
        requests: options.rate_limit,
        ..RateLimit::default()
    });
    let started = Simulator::builder()
        .seed(options.seed)
        .items(options.items)
        .rate_limit(rate_limit)
        .token_lifetime(Duration::from_secs(options.token_lifetime))
        .past_end(if options.refuse_past_end {
            PastEnd::Refused
        } else {
            PastEnd::Empty
        })
        .listen(options.listen)
        .start()
        .await;
    let simulator = match started {
        Ok(simulator) => simulator,
        Err(error) => {
            let reason = std::error::Error::source(&error).map(ToString::to_string);
            eprintln!("certs-sim: {error}: {}", reason.unwrap_or_default());
            return ExitCode::FAILURE;
        }
    };
    let stopped = match stop_signal() {
        Ok(stopped) => stopped,
        Err(error) => {
            eprintln!("certs-sim: signals cannot be received: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Whoever reads the URL from a pipe waits for it, and may then close the pipe.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", simulator.base_url()).and_then(|()| out.flush());
    drop(out);
    stopped.await;
    simulator.shutdown().await;
    ExitCode::SUCCESS
}

/// Ends at Ctrl-C or SIGTERM. It listens for them from this call on, not only when it
/// is waited for: whoever reads the URL may stop the program at once.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
