//! `certs items`.

use certs::filter::{Filter, endpoint::Items, item};
use certs::model::{AccessReviewItem, Id};
use clap::Args;

use crate::context::Context;
use crate::interrupt;
use crate::output::{Field, Record};
use crate::scope::Scope;
use crate::status::{Result, Status};
use crate::time::Clock;

/// List the items of a certification, with what they grant
///
/// With --output csv it is a table to fill in: `decision` (approve or revoke; empty leaves an item
/// open) and `comment`, for `certs decide --csv`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The certification, by id or by exact name
    #[arg(value_name = "CERT")]
    certification: String,

    /// Only items that this filter matches, in the API's syntax, such as
    /// 'access.name sw "SAP" and completed eq false'
    #[arg(long, value_name = "FILTER")]
    filter: Option<Filter<Items>>,

    /// Only items that are not decided
    #[arg(long)]
    open: bool,
}

impl Options {
    pub(crate) async fn run(&self, context: &Context) -> Result {
        let client = context.client()?;
        let scope = Scope {
            certifications: vec![self.certification.clone()],
            ..Scope::default()
        };
        let mut lines = Vec::new();
        for row in scope.list(&client).await? {
            let mut list = client.certification(&row.id).items().in_stable_order();
            let open = self.open.then(|| item::completed().eq(false));
            let filter = match (self.filter.clone(), open) {
                (Some(filter), Some(open)) => Some(filter.and(open)),
                (filter, open) => filter.or(open),
            };
            if let Some(filter) = filter {
                list = list.filter(filter);
            }
            let items: Vec<_> =
                interrupt::reading(list.fetch_ahead(4).stream().try_collect()).await?;
            lines.extend(items.into_iter().map(|item| Line {
                certification: row.id.clone(),
                item,
            }));
        }
        if lines.is_empty() {
            eprintln!("There is no such item.");
        }
        context.output.all(&lines.iter().collect::<Vec<_>>())?;
        Ok(if lines.is_empty() {
            Status::Nothing
        } else {
            Status::Done
        })
    }
}

struct Line {
    certification: Id,
    item: AccessReviewItem,
}

impl Record for Line {
    fn fields(&self, _: &Clock) -> Vec<Field> {
        let item = &self.item;
        let grants: Vec<_> = item.grants().map(|grant| grant.to_string()).collect();
        // An entitlement grants itself.
        let others = grants
            .iter()
            .filter(|grant| Some(&***grant) != item.access_name());
        let shown = others.cloned().collect::<Vec<_>>().join("; ");
        let kind = item.access_type().map(|kind| kind.as_str());
        vec![
            Field::text("identity", item.identity_name()).column("IDENTITY"),
            Field::text("access", item.access_name()).column("ACCESS"),
            Field::text("access_type", kind)
                .shown(kind.unwrap_or_default().to_lowercase().replace('_', " "))
                .column("TYPE")
                .minor(),
            Field::text("source", item.source_name())
                .column("SOURCE")
                .minor(),
            Field::flag("privileged", item.is_privileged())
                .shown(if item.is_privileged() { "yes" } else { "" })
                .whole_column("PRIV"),
            Field::list("grants", grants).shown(shown).column("GRANTS"),
            Field::flag("new_access", item.new_access == Some(true)),
            Field::text("decision", item.decision.as_ref().map(|it| it.as_str()))
                .column("DECISION"),
            Field::text("comment", item.comments.as_deref()),
            Field::text("identity_id", item.identity_id()),
            Field::text("access_id", item.access_id()),
            Field::text("certification", self.certification.get()),
            Field::text("item", item.id.get()).whole_column("ITEM"),
        ]
    }
}
