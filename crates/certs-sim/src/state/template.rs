//! Campaign templates and campaign filters, stored and returned unchanged.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::State;
use super::table::Ix;
use super::tenant::Person;
use crate::error::ApiError;
use crate::id::Id;
use crate::text::Text;

/// A template from which campaigns are generated.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) id: Id,
    pub(crate) name: Text,
    pub(crate) owner: Ix<Person>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// Its other fields, as the API spells them.
    pub(crate) fields: Fields,
    pub(crate) schedule: Option<Fields>,
}

/// A filter that selects the access that campaigns review.
#[derive(Clone, Debug)]
pub(crate) struct CampaignFilter {
    pub(crate) id: Id,
    /// `None` for the system's own.
    pub(crate) owner: Option<Ix<Person>>,
    /// As the API spells it.
    pub(crate) fields: Fields,
}

impl CampaignFilter {
    /// Whether just the composite criteria have children.
    pub(crate) fn is_well_formed(&self) -> bool {
        let criteria = self.fields.get("criteriaList").and_then(Value::as_array);
        criteria.is_none_or(|all| all.iter().all(is_well_formed))
    }
}

fn is_well_formed(criterion: &Value) -> bool {
    let children = criterion.get("children").and_then(Value::as_array);
    let children = children.map(Vec::as_slice).unwrap_or_default();
    (criterion["type"] == "COMPOSITE") != children.is_empty() && children.iter().all(is_well_formed)
}

pub(crate) type Fields = Map<String, Value>;

impl State {
    /// The template of this id.
    pub(crate) fn template(&mut self, id: &str) -> Result<&mut Template, ApiError> {
        let wanted = Id::parse(id);
        let mut all = self.templates.iter_mut();
        all.find(|template| Some(template.id) == wanted)
            .ok_or_else(|| ApiError::not_found(format!("There is no campaign template \"{id}\".")))
    }

    /// The filter of this id.
    pub(crate) fn campaign_filter(&mut self, id: &str) -> Result<&mut CampaignFilter, ApiError> {
        let wanted = Id::parse(id);
        let mut all = self.campaign_filters.iter_mut();
        all.find(|filter| Some(filter.id) == wanted)
            .ok_or_else(|| ApiError::not_found(format!("There is no campaign filter \"{id}\".")))
    }

    /// The same, except filters of the system, which cannot be changed.
    pub(crate) fn own_campaign_filter(
        &mut self,
        id: &str,
    ) -> Result<&mut CampaignFilter, ApiError> {
        let filter = self.campaign_filter(id)?;
        if filter.owner.is_none() {
            return Err(ApiError::content(format!(
                "The campaign filter {id} is the system's own and cannot be changed."
            )));
        }
        Ok(filter)
    }
}
