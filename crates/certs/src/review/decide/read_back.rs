//! Looking whether decisions were made whose answer was lost.

use std::collections::HashMap;

use crate::api::certifications::Review;
use crate::api::ids;
use crate::error::Result;
use crate::filter::item;
use crate::model::{AccessReviewItem, Decision, ReviewDecision};

/// What an item shows about a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The decision is made.
    Made,
    /// It is not made.
    NotMade,
    /// The item shows what the decision says as far as it ever shows it, and that is not all.
    InPart,
    /// The answer lacks what it should show.
    Nothing,
}

/// The items of these decisions as they are now, by id. One that the certification does not
/// have, or not any more, is missing.
pub(super) async fn items(
    review: &Review,
    decisions: impl Iterator<Item = &ReviewDecision>,
) -> Result<HashMap<String, AccessReviewItem>> {
    let mut items = HashMap::new();
    let ids: Vec<_> = decisions.map(|decision| &*decision.id).collect();
    for ids in ids::parts(&ids) {
        let list = review.items().filter(item::id().is_in(ids.iter().copied()));
        // The others count even if one of them cannot be read.
        let page = list.lenient().send().await?;
        items.extend(page.items.into_iter().map(|item| (item.id.clone(), item)));
    }
    Ok(items)
}

/// Whether a decision is made, by what its item shows.
///
/// Comments are compared without the blanks around them, which a service may cut off, and no
/// comment is as good as a blank one. Items show neither the end date nor the recommendation
/// of a decision, so that one which has either can be seen not to be made, and never to be
/// made.
pub(super) fn shown(decision: &ReviewDecision, item: &AccessReviewItem) -> Shown {
    let (wanted, shown) = (text(&decision.comments), text(&item.comments));
    match &item.decision {
        // A null that is out of place means nothing.
        None if item.completed != Some(false) => Shown::Nothing,
        Some(Decision::Unrecognized(_)) => Shown::Nothing,
        made if made.as_ref() != Some(&decision.decision) => Shown::NotMade,
        _ if shown.is_none() && wanted.is_some() => Shown::Nothing,
        _ if shown != wanted => Shown::NotMade,
        _ if decision.proposed_end_date.is_some() || decision.recommendation.is_some() => {
            Shown::InPart
        }
        _ => Shown::Made,
    }
}

fn text(comment: &Option<String>) -> Option<&str> {
    let text = comment.as_deref().map(str::trim);
    text.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_a_comment_make_no_difference_and_others_do() {
        let item = |comment: Option<&str>| AccessReviewItem {
            decision: Some(Decision::Approve),
            comments: comment.map(str::to_owned),
            ..AccessReviewItem::default()
        };
        let made = |decision: &ReviewDecision, kept| shown(decision, &item(kept));
        let plain = ReviewDecision::approve("i");
        assert_eq!(made(&plain, Some("a")), Shown::NotMade);
        for kept in [None, Some(""), Some(" \n")] {
            assert_eq!(made(&plain, kept), Shown::Made);
            assert_eq!(made(&plain.clone().comment(" "), kept), Shown::Made);
            assert_eq!(made(&plain.clone().comment("a"), kept), Shown::Nothing);
        }
        let commented = plain.clone().comment(" still  needed ");
        assert_eq!(made(&commented, Some("still  needed")), Shown::Made);
        assert_eq!(made(&commented, Some("still needed")), Shown::NotMade);
        assert_eq!(made(&commented, Some("Still  needed")), Shown::NotMade);
        let revoke = ReviewDecision::revoke("i").comment("still  needed");
        assert_eq!(made(&revoke, Some("still  needed")), Shown::NotMade);
    }

    #[test]
    fn an_item_that_is_not_whole_shows_nothing() {
        let approve = ReviewDecision::approve("i");
        let shown = |decision, completed| {
            let item = AccessReviewItem {
                decision,
                completed,
                ..AccessReviewItem::default()
            };
            shown(&approve, &item)
        };
        assert_eq!(shown(None, Some(false)), Shown::NotMade);
        assert_eq!(shown(None, Some(true)), Shown::Nothing);
        assert_eq!(shown(None, None), Shown::Nothing);
        assert_eq!(shown(Some(Decision::Revoke), None), Shown::NotMade);
        assert_eq!(shown(Some(Decision::Approve), None), Shown::Made);
        let new = Decision::Unrecognized("ACKNOWLEDGE".to_owned());
        assert_eq!(shown(Some(new), Some(true)), Shown::Nothing);
    }

    #[test]
    fn what_an_item_does_not_show_is_not_taken_for_granted() {
        let mut item = AccessReviewItem {
            decision: Some(Decision::Revoke),
            ..AccessReviewItem::default()
        };
        let dated = ReviewDecision::revoke("i").proposed_end_date(jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(shown(&dated, &item), Shown::InPart);
        item.comments = Some("another".to_owned());
        assert_eq!(shown(&dated, &item), Shown::NotMade);
    }
}
