//! The verbs, one file each.

pub(crate) mod campaign;
pub(crate) mod campaigns;
pub(crate) mod decide;
pub(crate) mod demo;
pub(crate) mod due;
pub(crate) mod escalate;
pub(crate) mod evidence;
pub(crate) mod items;
pub(crate) mod man;
pub(crate) mod reassign;
pub(crate) mod report;
pub(crate) mod resume;
pub(crate) mod sign_off;
pub(crate) mod simulate;
pub(crate) mod verify;
pub(crate) mod watch;
pub(crate) mod whoami;

use crate::cli::Command;
use crate::context::Context;
use crate::status::Result;

/// Runs the verb of the command line.
pub(crate) async fn run(command: Command, context: &Context) -> Result {
    match command {
        Command::Whoami(options) => options.run(context).await,
        Command::Campaigns(options) => options.run(context).await,
        Command::Campaign(options) => options.run(context).await,
        Command::Due(options) => options.run(context).await,
        Command::Items(options) => options.run(context).await,
        Command::Decide(options) => options.run(context).await,
        Command::Reassign(options) => options.run(context).await,
        Command::Escalate(options) => options.run(context).await,
        Command::SignOff(options) => options.run(context).await,
        Command::Resume(options) => options.run(context).await,
        Command::Evidence(options) => options.run(context).await,
        Command::Verify(options) => options.run(context),
        Command::Watch(options) => options.run(context).await,
        Command::Report(options) => options.run(context).await,
        Command::Simulate(options) => options.run(context).await,
        // It runs other verbs.
        Command::Demo(options) => Box::pin(options.run(context)).await,
        Command::Completions(options) => options.run(),
        Command::Man(options) => options.run(),
    }
}
