//! The command line.

use std::error::Error;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use certs_sim::{Builder, FaultRule, Operation, PastEnd, RateLimit, Scenario, Simulator, scenario};
use clap::Parser;
use jiff::SignedDuration;
use tempfile::NamedTempFile;

/// Simulates SailPoint's Certifications APIs on this machine.
///
/// The first line on standard output is the base URL. Below it, V3 is at /v3, the
/// other versions likewise and the token endpoint at /oauth/token; a page for people is at
/// the base URL itself. It stops at Ctrl-C or SIGTERM, and without --export keeps nothing.
#[derive(Debug, Parser)]
#[command(version, after_help = CREDENTIALS, after_long_help = long_help())]
struct Options {
    /// Address and port to listen on; port 0 chooses a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Selects the data set: the same seed gives the same one on the same day
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// The approximate number of review items
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    items: usize,

    /// Begin with the state in this JSON file instead of a generated data set
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "items"])]
    scenario: Option<PathBuf>,

    /// Begin with certifications and items from the service's responses, in this JSON file: a list
    /// of certifications, each optionally with its "items", or a list of items
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "items", "scenario"])]
    import: Option<PathBuf>,

    /// Write the state to this file when it stops, as a scenario for --scenario. The current state
    /// is at /scenario
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,

    /// Print the JSON Schema of scenario files and do nothing else
    #[arg(long)]
    scenario_schema: bool,

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

    /// Let reads lag behind writes by this time, such as 2s
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0s")]
    read_lag: Duration,

    /// Return 400 instead of an empty page to an offset past the end
    #[arg(long)]
    refuse_past_end: bool,

    /// Allow requests from web pages of any origin (CORS), which clients in browsers need
    #[arg(long)]
    cors: bool,

    /// Add a fault: TARGET:FAULT[=VALUE][:PROBABILITY][:xTIMES], such as decide:reset-after:0.1;
    /// --help lists targets and faults. May be given several times: the first that hits a request
    /// counts
    #[arg(long, value_name = "RULE")]
    fault: Vec<FaultRule>,

    /// Selects the requests that faults with a probability hit: the same ones for the same seed and
    /// order
    #[arg(long, value_name = "N", default_value_t = 1)]
    fault_seed: u64,
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

const FAULTS: &str = "

Faults without any effect of the request:
  429, 429=2s              too many requests, without and with Retry-After
  500, 502, 503, 503=2s    an error body, an HTML page, an empty body
  reset-before             the connection is reset
  silence-before           no response, ever
  expired-token            401, and the token is worth nothing any more
  echo                     500 with a body that repeats the request, secrets included

Faults with a part of the effect:
  in-part                  decide and reassign: 400 in the middle, what is before it is done

Faults after the request had its effect:
  504                      an HTML page
  201, 201=empty           another success, with and without a body; 202 the same
  204, 303                 another success without a body, another address
  reset-after              the connection is reset without a response
  silence-after            no response, ever
  latency=250ms            the response comes later
  drip=20ms                the body comes in small pieces, with a pause before each
  truncated                the body ends in its middle
  invalid-json             the body stops being JSON in its middle
  unknown-enum             a constant that nobody knows
  null                     something in the response is null
  numbers-as-text          all numbers are strings
  huge=100000000           so many blanks before the response

Try it:
  certs-sim --fault token:503=2s:x3 --fault reads:null:0.2 --fault writes:reset-after:0.1";

/// The part of the help about credentials and faults.
fn long_help() -> String {
    const WIDTH: usize = 84;
    let mut targets = String::from("\n\nTargets of faults:\n  any, reads, writes");
    let mut column = targets.len() - targets.rfind('\n').unwrap_or_default();
    for operation in Operation::ALL {
        let name = operation.name();
        column += name.len() + 2;
        if column > WIDTH {
            targets.push_str(",\n  ");
            column = name.len() + 2;
        } else {
            targets.push_str(", ");
        }
        targets.push_str(name);
    }
    [CREDENTIALS, &targets, FAULTS].concat()
}

/// Runs until somebody stops it.
pub(crate) async fn run() -> ExitCode {
    let options = Options::parse();
    if options.scenario_schema {
        // The reader of a pipe may close it early.
        let _ = std::io::stdout().write_all(scenario::SCHEMA.as_bytes());
        return ExitCode::SUCCESS;
    }
    match serve(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("certs-sim: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Serves until the program is stopped, or returns why it cannot.
async fn serve(options: Options) -> Result<(), String> {
    if let Some(file) = &options.export {
        // Fails now, rather than when the work of hours has to be saved.
        beside(file).map_err(|error| unwritable(file, &error))?;
    }
    if !options.listen.ip().is_loopback() {
        eprintln!(
            "certs-sim: warning: other machines can reach {}, and everybody knows the secret",
            options.listen
        );
    }
    let rate_limit = (!options.no_rate_limit).then(|| RateLimit {
        requests: options.rate_limit,
        ..RateLimit::default()
    });
    let builder = Simulator::builder()
        .seed(options.seed)
        .items(options.items)
        .rate_limit(rate_limit)
        .token_lifetime(Duration::from_secs(options.token_lifetime))
        .read_lag(options.read_lag)
        .cors(options.cors)
        .past_end(if options.refuse_past_end {
            PastEnd::Refused
        } else {
            PastEnd::Empty
        })
        .listen(options.listen)
        .fault_seed(options.fault_seed);
    let builder = options.fault.into_iter().fold(builder, Builder::fault);
    let builder = match (options.scenario, options.import) {
        (Some(file), _) => builder.scenario_file(file),
        (None, Some(file)) => {
            let scenario = Scenario::from_responses_file(file);
            builder.scenario(scenario.map_err(|error| with_sources(&error))?)
        }
        (None, None) => builder,
    };
    let simulator = builder
        .start()
        .await
        .map_err(|error| with_sources(&error))?;
    let stopped = stop_signal().map_err(|error| format!("signals cannot be received: {error}"))?;
    // A program that reads the URL from a pipe waits for it, and may then close the pipe.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{}", simulator.base_url()).and_then(|()| out.flush());
    drop(out);
    stopped.await;
    let state = options.export.map(|file| (file, simulator.export()));
    simulator.shutdown().await;
    match state {
        Some((file, state)) => {
            let text = state.to_json() + "\n";
            replace(&file, &text).map_err(|error| unwritable(&file, &error))
        }
        None => Ok(()),
    }
}

/// A new file in the same folder.
fn beside(file: &Path) -> io::Result<NamedTempFile> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
}

/// Replaces a file atomically: readers see the old one or the new one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut new = beside(file)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    Ok(())
}

fn unwritable(file: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}", file.display())
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration: SignedDuration = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from(duration).map_err(|error| error.to_string())
}

/// An error and everything that led to it.
fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Ends at Ctrl-C or SIGTERM. It listens for them from this call on, even before it is polled: a
/// program that reads the URL may stop this one at once.
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
