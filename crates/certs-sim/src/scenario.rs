//! Scenario files: the whole state of a simulator as JSON, to set up exact cases and to save the
//! result of a run.
//!
//! A scenario names everything by identifiers of 32 hexadecimal digits. Few fields are required;
//! the documentation of each optional field has its default.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use certs_sim::{Decision, Scenario, Simulator};
//!
//! let scenario = Scenario::from_json(r#"{
//!   "identities": [
//!     { "id": "a0000000000000000000000000000001", "name": "Mei Tanaka", "email": "mei@acme.example" },
//!     { "id": "a0000000000000000000000000000002", "name": "Omar Haddad", "email": "omar@acme.example" }
//!   ],
//!   "sources": [{ "id": "50000000000000000000000000000001", "name": "Workday" }],
//!   "entitlements": [
//!     { "id": "e0000000000000000000000000000001", "name": "Payroll Approvers",
//!       "source": "50000000000000000000000000000001" }
//!   ],
//!   "campaigns": [
//!     { "id": "ca000000000000000000000000000001", "name": "Spring Review", "type": "MANAGER" }
//!   ],
//!   "certifications": [
//!     { "id": "ce000000000000000000000000000001",
//!       "campaign": "ca000000000000000000000000000001",
//!       "reviewer": { "type": "IDENTITY", "id": "a0000000000000000000000000000001" },
//!       "items": [
//!         { "id": "10000000000000000000000000000001",
//!           "identity": "a0000000000000000000000000000002",
//!           "access": { "type": "ENTITLEMENT", "id": "e0000000000000000000000000000001" },
//!           "decision": "REVOKE", "comments": "left the team" }
//!       ] }
//!   ]
//! }"#)?;
//! let sim = Simulator::builder().scenario(scenario).start().await?;
//! assert!(sim.certifications()[0].is_completed());
//! assert_eq!(sim.items()[0].decision, Some(Decision::Revoke));
//!
//! // The result of one run can be the start of another.
//! let later = Simulator::builder().scenario(sim.export()).start().await?;
//! assert_eq!(later.export(), sim.export());
//! # Ok(()) }
//! ```
//!
//! Tokens, budgets and the request log are not part of a scenario: clients ask for new
//! tokens. [`SCHEMA`] describes the format for editors and other languages.

mod error;
mod export;
mod import;
mod model;
mod place;
mod responses;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Deserializer;

use crate::state::State;
use crate::state::task::TaskTimes;

pub use self::error::ScenarioError;
pub use self::model::{
    Access, AccessProfile, Campaign, CampaignFilter, CampaignTemplate, Category, Certification,
    DataAccess, Entitlement, GovernanceGroup, Identity, Item, Outcome, Permission, Reassignment,
    Reference, Remediation, Report, Role, Scenario, Source, Task,
};

/// The JSON Schema of scenario files.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(certs_sim::scenario::SCHEMA)?;
/// assert_eq!(schema["title"], "Scenario");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const SCHEMA: &str = include_str!("../scenario.schema.json");

impl Scenario {
    /// Reads a scenario. Its consistency is checked when a simulator starts.
    ///
    /// # Errors
    ///
    /// If it is not JSON or not in the format; the error names the place.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        let mut json = Deserializer::from_str(text);
        let scenario = serde_path_to_error::deserialize(&mut json);
        let scenario = scenario.map_err(|error| ScenarioError::misfit(&error))?;
        json.end().map_err(ScenarioError::trailing)?;
        Ok(scenario)
    }

    /// Reads a scenario from a file.
    ///
    /// # Errors
    ///
    /// Those of [`Scenario::from_json`], and a file that cannot be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        let path = path.as_ref();
        let text =
            fs::read_to_string(path).map_err(|error| ScenarioError::unreadable(path, error))?;
        Self::from_json(&text).map_err(|error| error.in_file(path))
    }

    /// Makes a scenario from responses of the service: certifications, from lists or single gets,
    /// and their items. All of these are read:
    ///
    /// - a certification or a list of them, each perhaps with its list of items as `items`;
    /// - an item or a list of items, which then are those of one certification;
    /// - `{"certifications": [..], "items": {"<id of a certification>": [..]}}`.
    ///
    /// It creates everything that the responses mention: identities, sources, entitlements, access
    /// profiles, roles, campaigns. Missing details are made up. Items are returned as they were
    /// given, except for what a review changes. Dashes are removed from identifiers, and those that
    /// are then not 32 hexadecimal digits are replaced consistently.
    ///
    /// ```
    /// use certs_sim::{AccessType, Scenario, Simulator};
    ///
    /// let scenario = Scenario::from_responses(r#"[{
    ///   "id": "10000000000000000000000000000001",
    ///   "identitySummary": { "identityId": "a0000000000000000000000000000002", "name": "Omar" },
    ///   "accessSummary": { "access": null, "role": { "id": "f1", "name": "Accountant" } }
    /// }]"#)?;
    /// let sim = Simulator::builder().scenario(scenario).build()?;
    /// let item = sim.item("10000000000000000000000000000001").expect("it was given");
    /// assert_eq!((item.access_type, item.access_name.as_str()), (AccessType::Role, "Accountant"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not JSON, has another form, or does not tell to which certification items belong.
    pub fn from_responses(text: &str) -> Result<Self, ScenarioError> {
        responses::read(text)
    }

    /// The same, from a file.
    ///
    /// # Errors
    ///
    /// Those of [`Scenario::from_responses`], and a file that cannot be read.
    pub fn from_responses_file(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        let path = path.as_ref();
        let text =
            fs::read_to_string(path).map_err(|error| ScenarioError::unreadable(path, error))?;
        Self::from_responses(&text).map_err(|error| error.in_file(path))
    }

    /// The scenario as JSON, for example to write it to a file.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self)
            .expect("a scenario has string keys and nothing that can fail to be written")
    }

    /// The scenario that describes a state.
    pub(crate) fn of(state: &State) -> Self {
        export::save(state)
    }

    /// The state that the scenario describes; `now` is used for the dates that it
    /// leaves out.
    pub(crate) fn into_state(
        self,
        now: Timestamp,
        task_times: TaskTimes,
    ) -> Result<State, ScenarioError> {
        import::load(self, now, task_times)
    }
}
