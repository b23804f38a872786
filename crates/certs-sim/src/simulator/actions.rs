//! The actions of a second person, without a client.

use super::Simulator;
use crate::error::ApiError;
use crate::id::Id;
use crate::state::decide::DecisionRequest;
use crate::state::reassign::{ReassignRequest, Reference};
use crate::state::table::Ix;
use crate::state::{Extent, State, review};
use crate::view::{Decision, ReassignType};

/// Why the service would refuse an action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join(" "))]
pub struct Refused(Vec<String>);

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self(error.causes().to_vec())
    }
}

/// The actions of somebody else who works on the same certifications, such as an administrator at
/// another screen. They happen at once and follow the rules of the service. They are not requests:
/// they are neither recorded nor counted, and no fault hits them.
impl Simulator {
    /// Decides on an item, whichever certification it is in.
    ///
    /// ```
    /// use certs_sim::{Decision, Phase, Simulator};
    ///
    /// let sim = Simulator::builder().build()?;
    /// let open = sim.certifications().into_iter().find(|row| row.phase == Phase::Active);
    /// let item = sim.items_of(&open.expect("there is always one").id).remove(0);
    /// sim.decide(&item.id, Decision::Revoke, Some("left the team"))?;
    /// let item = sim.item(&item.id).expect("it is still there");
    /// assert_eq!(item.decision, Some(Decision::Revoke));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such item, its certification is staged or signed, or a comment is
    /// needed.
    pub fn decide(
        &self,
        item_id: &str,
        decision: Decision,
        comment: Option<&str>,
    ) -> Result<(), Refused> {
        let item = item_id.to_owned();
        let comments = comment.map(str::to_owned);
        self.write(move |state, now| {
            let certification = certification_of(state, &item)?;
            let request = DecisionRequest {
                item: item.clone(),
                decision,
                comments: comments.clone(),
                proposed_end_date: None,
                bulk: false,
            };
            state.decide(certification, vec![request], Extent::Whole, now)
        })
    }

    /// Removes the decision on an item, as reviewers can do in the service's own pages until the
    /// sign-off.
    ///
    /// # Errors
    ///
    /// If there is no such item, or its certification is staged or signed.
    pub fn undecide(&self, item_id: &str) -> Result<(), Refused> {
        let item = item_id.to_owned();
        self.write(move |state, now| {
            let item = find(state, &item)?;
            state.undecide(state.items[item].certification, item, now)
        })
    }

    /// Gives items to another reviewer, in one request for each certification that they are
    /// in.
    ///
    /// # Errors
    ///
    /// If one of the items or the identity does not exist, a certification is signed, or somebody
    /// would review their own access. The items of earlier certifications have been moved by then.
    pub fn reassign(&self, item_ids: &[&str], to: &str, reason: &str) -> Result<(), Refused> {
        let items: Vec<_> = item_ids.iter().map(|id| (*id).to_owned()).collect();
        let (to, reason) = (to.to_owned(), reason.to_owned());
        self.write(move |state, now| {
            let mut left = items.clone();
            while let Some(first) = left.first() {
                let certification = certification_of(state, first)?;
                let is_here = |id: &String| certification_of(state, id) == Ok(certification);
                let (here, elsewhere) = left.into_iter().partition(is_here);
                left = elsewhere;
                let here: Vec<String> = here;
                let request = ReassignRequest {
                    references: here
                        .into_iter()
                        .map(|id| Reference {
                            kind: ReassignType::Item,
                            id,
                        })
                        .collect(),
                    to: to.clone(),
                    reason: reason.clone(),
                };
                state.reassign(certification, &request, Extent::Whole, now)?;
            }
            Ok(())
        })
    }

    /// Signs a certification off.
    ///
    /// # Errors
    ///
    /// If there is no such certification, it is staged or signed, a decision is missing, or a
    /// task of it is pending.
    pub fn sign_off(&self, certification_id: &str) -> Result<(), Refused> {
        let id = certification_id.to_owned();
        self.write(move |state, now| {
            let certification = Id::parse(&id)
                .and_then(|id| state.certifications.find(id))
                .ok_or_else(|| {
                    ApiError::not_found(format!("There is no certification \"{id}\"."))
                })?;
            state.sign_off(certification, now)
        })
    }

    fn write(
        &self,
        change: impl Fn(&mut State, jiff::Timestamp) -> Result<(), ApiError> + Send + 'static,
    ) -> Result<(), Refused> {
        let outcome = self
            .app
            .write(|now| move |state: &mut State| change(state, now));
        outcome.map_err(Refused::from)
    }
}

fn find(state: &State, item: &str) -> Result<Ix<review::Item>, ApiError> {
    Id::parse(item)
        .and_then(|id| state.items.find(id))
        .ok_or_else(|| ApiError::not_found(format!("There is no item \"{item}\".")))
}

fn certification_of(state: &State, item: &str) -> Result<Ix<review::Certification>, ApiError> {
    find(state, item).map(|item| state.items[item].certification)
}
