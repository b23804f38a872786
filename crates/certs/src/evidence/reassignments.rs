//! The reassignments that led to each certification.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::row::id_text;
#[cfg(feature = "schemars")]
use crate::model::schema::plain_descriptions;
use crate::model::{Certification, Id, Reassignment};

/// One reassignment: from which certification and reviewer, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
#[cfg_attr(feature = "schemars", schemars(transform = plain_descriptions))]
pub struct ReassignmentStep {
    /// The certification that the items were in before.
    pub certification_id: Option<String>,
    /// Its name.
    pub certification_name: Option<String>,
    /// Who reviewed it: the id.
    pub reviewer_id: Option<String>,
    /// Who reviewed it: the name.
    pub reviewer_name: Option<String>,
    /// The reason that was given.
    pub comment: Option<String>,
}

impl ReassignmentStep {
    pub(super) fn of(reassignment: &Reassignment) -> Self {
        let from = reassignment.from.as_ref();
        let reviewer = from.and_then(|from| from.reviewer.as_ref());
        Self {
            certification_id: from.and_then(|from| id_text(&from.id)),
            certification_name: from.and_then(|from| from.name.clone()),
            reviewer_id: reviewer.and_then(|reviewer| id_text(&reviewer.id)),
            reviewer_name: reviewer.and_then(|reviewer| reviewer.name.clone()),
            comment: reassignment.comment.clone(),
        }
    }
}

/// The last reassignment of each certification that was reassigned, by its id.
#[derive(Debug, Default)]
pub(super) struct Reassignments(HashMap<String, ReassignmentStep>);

impl Reassignments {
    pub(super) fn add(&mut self, certification: &Certification) {
        if let Some(reassignment) = certification.reassignment.as_deref()
            && let Some(id) = id_text(&certification.id)
        {
            self.0.insert(id, ReassignmentStep::of(reassignment));
        }
    }

    /// The reassignments that led to a certification, oldest first.
    pub(super) fn trail(&self, certification: &Id) -> Vec<ReassignmentStep> {
        let mut steps = Vec::new();
        let mut visited = HashSet::new();
        let mut current = certification.get();
        // The service makes no loops, but a malformed response could contain one.
        while let Some(step) = current
            .filter(|id| visited.insert(*id))
            .and_then(|id| self.0.get(id))
        {
            steps.push(step.clone());
            current = step.certification_id.as_deref();
        }
        steps.reverse();
        steps
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_trail_is_followed_back_and_ends_in_a_loop() {
        let certification = |id: &str, from: &str| -> Certification {
            let reassignment = json!({ "from": { "id": from }, "comment": format!("to {id}") });
            serde_json::from_value(json!({ "id": id, "reassignment": reassignment })).unwrap()
        };
        let mut reassignments = Reassignments::default();
        reassignments.add(&certification("c", "b"));
        reassignments.add(&certification("b", "a"));
        let comments = |reassignments: &Reassignments| {
            let steps = reassignments.trail(&"c".into()).into_iter();
            steps.filter_map(|step| step.comment).collect::<Vec<_>>()
        };
        assert_eq!(comments(&reassignments), ["to b", "to c"]);
        reassignments.add(&certification("a", "c"));
        assert_eq!(comments(&reassignments), ["to a", "to b", "to c"]);
    }
}
