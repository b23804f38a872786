//! `certs simulate`.

use std::net::SocketAddr;
use std::path::PathBuf;

use certs_sim::Simulator;
use clap::Args;

use crate::context::Context;
use crate::interrupt;
use crate::status::{Failure, Result, Status};

/// Start a simulator of the service on this machine, to experiment with
///
/// It prints the variables to set in another terminal, where every verb then works on it. The
/// output can also be saved as a file for --env-file. It runs until Ctrl-C, and then forgets all
/// changes. The program `certs-sim` can do more, such as faults.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Address and port to listen on; port 0 chooses a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// The approximate number of review items
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    items: usize,

    /// Begin with the state in this JSON file instead of a generated data set
    #[arg(long, value_name = "FILE", conflicts_with = "items")]
    scenario: Option<PathBuf>,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let mut builder = Simulator::builder().listen(self.listen).items(self.items);
        if let Some(file) = &self.scenario {
            builder = builder.scenario_file(file);
        }
        let start = async {
            let simulator = builder.start().await.map_err(|error| with_causes(&error))?;
            if !self.listen.ip().is_loopback() {
                eprintln!(
                    "warning: other machines can reach {}, and everybody knows the secret",
                    self.listen
                );
            }
            let admin = simulator.admin();
            let lines = [
                ("SAIL_BASE_URL", simulator.base_url()),
                ("SAIL_CLIENT_ID", &admin.client_id),
                ("SAIL_CLIENT_SECRET", &admin.client_secret),
            ];
            for (name, value) in lines {
                context.output.line(format!("export {name}={value}"))?;
            }
            eprintln!(
                "The simulator runs until Ctrl-C. Paste the lines above into another terminal, and \
                 try `certs due` there."
            );
            // The simulator runs until it is dropped.
            std::future::pending::<()>().await;
            drop(simulator);
            Ok(Status::Done)
        };
        interrupt::unless_stopped(start)
            .await?
            .unwrap_or(Ok(Status::Done))
    }
}

fn with_causes(error: &dyn std::error::Error) -> Failure {
    let causes = std::iter::successors(error.source(), |error| error.source());
    let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
    Failure::error(text)
}
