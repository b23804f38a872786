//! Every operation of both contracts, called by its operation id.

use certs::model::{
    AccessType, CriterionOperation, CriterionType, FilterCriterion, ReportType, ReviewDecision,
    Task,
};
use certs::{
    BulkOutcome, Client, NewCampaign, NewCampaignFilter, NewCampaignTemplate, NewSchedule, Page,
    Result,
};
use certs_raw::{beta, v3};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Calls an operation through the facade, and encodes the decoded result.
pub(crate) async fn call(client: &Client, version: &str, operation: &str) -> Result<Value> {
    let review = client.certification("c-1");
    let beta_review = client.beta().certification("c-1");
    match (version, operation) {
        ("v3", "listIdentityCertifications") => items(client.certifications().send().await),
        ("v3", "getIdentityCertification") => encode(review.get().await?),
        ("v3", "listIdentityAccessReviewItems") => items(review.items().send().await),
        ("v3", "makeIdentityDecision") => {
            let outcome = review
                .decide([ReviewDecision::approve("i-1").comment("a reason")])
                .await?;
            outcome.ensure_complete()?;
            encode(outcome.certification())
        }
        ("v3", "reassignIdentityCertifications") => {
            let reassign = review.reassign("p-1", "a reason").items(["i-1"]);
            let outcome = reassign.await?;
            outcome.ensure_complete()?;
            encode(outcome.certification().unwrap())
        }
        ("v3", "submitReassignCertsAsync") => {
            let reassign = review.reassign("p-1", "a reason").items(["i-1"]);
            encode(task(&reassign.in_background().await?)?)
        }
        ("v3", "signOffIdentityCertification") => encode(review.sign_off().unchecked().await?),
        ("v3", "getIdentityCertificationItemPermissions") => {
            items(review.permissions("i-1").send().await)
        }
        ("v3", "listCertificationReviewers") => items(review.reviewers().send().await),
        ("v3", "getCertificationTask") => encode(client.task("t-1").get().await?),
        ("v3", "getPendingCertificationTasks") => items(client.tasks().send().await),
        ("v3", "getIdentityDecisionSummary") => encode(review.decision_summary().await?),
        ("v3", "getIdentitySummaries") => items(review.identity_summaries().send().await),
        ("v3", "getIdentitySummary") => encode(review.identity_summary("s-1").await?),
        ("v3", "getIdentityAccessSummaries") => {
            items(review.access_summaries(AccessType::Role).send().await)
        }
        ("v3", _) => call_campaign(client, operation).await,
        ("beta", "listCertifications") => items(client.beta().certifications().send().await),
        ("beta", "listCertificationReviewers") => items(beta_review.reviewers().send().await),
        ("beta", "getIdentityCertificationItemPermissions") => {
            items(beta_review.permissions("i-1").send().await)
        }
        ("beta", "submitReassignCertsAsync") => {
            let reassign = beta_review.reassign("p-1", "a reason").items(["i-1"]);
            encode(task(&reassign.await?)?)
        }
        ("beta", "getIdentityCertificationTaskStatus") => {
            encode(beta_review.task("t-1").get().await?)
        }
        ("beta", "getIdentityCertificationPendingTasks") => {
            encode(beta_review.tasks_pending().await?)
        }
        _ => panic!("{version} {operation} is not called here: does the facade have it?"),
    }
}

/// Calls an operation of campaigns, templates or campaign filters.
async fn call_campaign(client: &Client, operation: &str) -> Result<Value> {
    let campaign = client.campaign("k-1");
    let template = client.campaign_template("t-1");
    let filter = client.campaign_filter("f-1");
    let new = || NewCampaign::manager("a name", "a description");
    let criterion = FilterCriterion::new(CriterionType::Source);
    let criterion = criterion.compares("name", CriterionOperation::Equals, "a source");
    let new_filter = NewCampaignFilter::including("a name", [criterion]);
    match operation {
        "getActiveCampaigns" => items(client.campaigns().send().await),
        "createCampaign" => encode(client.create_campaign(new()).await?),
        "deleteCampaigns" => encode(campaign.delete().unchecked().await?),
        "getCampaignReportsConfig" => encode(client.campaign_reports_config().await?),
        "setCampaignReportsConfig" => {
            encode(client.set_campaign_reports_config(["country"]).await?)
        }
        "getCampaign" => encode(campaign.get().await?),
        "updateCampaign" => encode(campaign.update().name("a name").await?),
        "startCampaign" => encode(campaign.activate().unchecked().await?),
        "completeCampaign" => encode(campaign.complete().unchecked().await?),
        "move" => {
            let reassign = campaign.reassign("p-1", "a reason").certifications(["c-1"]);
            encode(task(&reassign.await?)?)
        }
        "startCampaignRemediationScan" => encode(campaign.scan_remediation().await?),
        "getCampaignReports" => encode(campaign.reports().await?),
        "startCampaignReport" => encode(campaign.report(ReportType::Status).start().await?),
        "getCampaignTemplates" => items(client.campaign_templates().send().await),
        "createCampaignTemplate" => {
            let new = NewCampaignTemplate::new("a name", "a description", new());
            encode(
                client
                    .create_campaign_template(new.deadline_duration("P2W"))
                    .await?,
            )
        }
        "getCampaignTemplate" => encode(template.get().await?),
        "patchCampaignTemplate" => encode(template.update().campaign(new()).await?),
        "deleteCampaignTemplate" => encode(template.delete().await?),
        "startGenerateCampaignTemplate" => encode(template.generate().await?),
        "getCampaignTemplateSchedule" => encode(template.schedule().await?),
        "setCampaignTemplateSchedule" => {
            encode(template.set_schedule(NewSchedule::weekly([1], [8])).await?)
        }
        "deleteCampaignTemplateSchedule" => encode(template.delete_schedule().await?),
        "listCampaignFilters" => encode(client.campaign_filters().await?),
        "createCampaignFilter" => encode(client.create_campaign_filter(new_filter).await?),
        "getCampaignFilterById" => encode(filter.get().await?),
        "updateCampaignFilter" => encode(filter.replace(new_filter).await?),
        "deleteCampaignFilters" => encode(filter.delete().await?),
        _ => panic!("{operation} is not called here: does the facade have it?"),
    }
}

fn task(outcome: &BulkOutcome) -> Result<&Task> {
    match outcome.tasks().next() {
        Some(task) => Ok(task),
        None => Err(outcome.ensure_complete().unwrap_err()),
    }
}

fn items<T: Serialize>(page: Result<Page<T>>) -> Result<Value> {
    encode(page?.items)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the last step of calls that can fail"
)]
fn encode(outcome: impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(outcome).unwrap())
}

/// Calls a function with the type of a response of V3, or of one of its records.
macro_rules! of_response {
    ($operation:expr, $function:ident($($argument:expr),*)) => {
        match $operation.as_ref() {
            "listIdentityCertifications"
            | "listCertifications"
            | "getIdentityCertification"
            | "makeIdentityDecision"
            | "reassignIdentityCertifications"
            | "signOffIdentityCertification" => {
                $function::<certs::model::Certification>($($argument),*)
            }
            "listIdentityAccessReviewItems" => {
                $function::<certs::model::AccessReviewItem>($($argument),*)
            }
            "getIdentityCertificationItemPermissions" => {
                $function::<certs::model::Permission>($($argument),*)
            }
            "listCertificationReviewers" => {
                $function::<certs::model::IdentityReference>($($argument),*)
            }
            "getIdentityDecisionSummary" => {
                $function::<certs::model::DecisionSummary>($($argument),*)
            }
            "getIdentitySummaries" | "getIdentitySummary" => {
                $function::<certs::model::IdentitySummary>($($argument),*)
            }
            "getIdentityAccessSummaries" => {
                $function::<certs::model::AccessSummary>($($argument),*)
            }
            "getActiveCampaigns" | "createCampaign" | "getCampaign" | "updateCampaign" => {
                $function::<certs::model::Campaign>($($argument),*)
            }
            "getCampaignReportsConfig" | "setCampaignReportsConfig" => {
                $function::<certs::model::CampaignReportsConfig>($($argument),*)
            }
            "move" => $function::<certs::model::Task>($($argument),*),
            "getCampaignReports" => $function::<certs::model::CampaignReport>($($argument),*),
            "startGenerateCampaignTemplate" => {
                $function::<certs::model::CampaignReference>($($argument),*)
            }
            "getCampaignTemplateSchedule" => $function::<certs::model::Schedule>($($argument),*),
            other if other.contains("CampaignTemplate") => {
                $function::<certs::model::CampaignTemplate>($($argument),*)
            }
            other if other.contains("CampaignFilter") => {
                $function::<certs::model::CampaignFilter>($($argument),*)
            }
            other if other.contains("Task") || other.contains("Async") => {
                $function::<certs::model::Task>($($argument),*)
            }
            other => panic!("what does {other} return?"),
        }
    };
}
pub(crate) use of_response;

/// Decodes a response as the generated client does, and encodes the result.
pub(crate) fn decode_raw(
    version: &str,
    operation: &str,
    body: &Value,
) -> serde_json::Result<Value> {
    match (version, operation) {
        (
            "v3",
            "getIdentityCertification"
            | "makeIdentityDecision"
            | "reassignIdentityCertifications"
            | "signOffIdentityCertification",
        ) => through::<v3::types::IdentityCertificationDto>(body),
        ("v3", "listIdentityCertifications") => page::<v3::types::IdentityCertificationDto>(body),
        ("v3", "listIdentityAccessReviewItems") => page::<v3::types::AccessReviewItem>(body),
        ("v3", "getIdentityCertificationItemPermissions") => page::<v3::types::PermissionDto>(body),
        ("v3", "listCertificationReviewers") => {
            page::<v3::types::IdentityReferenceWithNameAndEmail>(body)
        }
        ("v3", "getCertificationTask" | "submitReassignCertsAsync") => {
            through::<v3::types::CertificationTask>(body)
        }
        ("v3", "getPendingCertificationTasks") => page::<v3::types::CertificationTask>(body),
        ("v3", "getIdentityDecisionSummary") => {
            through::<v3::types::IdentityCertDecisionSummary>(body)
        }
        ("v3", "getIdentitySummaries") => page::<v3::types::CertificationIdentitySummary>(body),
        ("v3", "getIdentitySummary") => through::<v3::types::CertificationIdentitySummary>(body),
        ("v3", "getIdentityAccessSummaries") => page::<v3::types::AccessSummary>(body),
        ("v3", "getActiveCampaigns") => page::<v3::types::Campaign>(body),
        ("v3", "createCampaign" | "getCampaign") => through::<v3::types::Campaign>(body),
        ("v3", "updateCampaign") => through::<v3::types::SlimCampaign>(body),
        ("v3", "getCampaignReportsConfig" | "setCampaignReportsConfig") => {
            through::<v3::types::CampaignReportsConfig>(body)
        }
        ("v3", "move") => through::<v3::types::CertificationTask>(body),
        ("v3", "getCampaignReports") => page::<v3::types::CampaignReport>(body),
        ("v3", "startGenerateCampaignTemplate") => through::<v3::types::CampaignReference>(body),
        ("v3", "getCampaignTemplateSchedule") => through::<v3::types::Schedule>(body),
        ("v3", "getCampaignTemplates") => page::<v3::types::CampaignTemplate>(body),
        ("v3", other) if other.contains("CampaignTemplate") => {
            through::<v3::types::CampaignTemplate>(body)
        }
        ("v3", other) if other.contains("CampaignFilter") => {
            through::<v3::types::CampaignFilterDetails>(body)
        }
        ("beta", "listCertifications") => page::<beta::types::CertificationDto>(body),
        ("beta", "listCertificationReviewers") => {
            page::<beta::types::IdentityReferenceWithNameAndEmail>(body)
        }
        ("beta", "getIdentityCertificationItemPermissions") => {
            page::<beta::types::PermissionDto>(body)
        }
        ("beta", "submitReassignCertsAsync" | "getIdentityCertificationTaskStatus") => {
            through::<beta::types::IdentityCertificationTask>(body)
        }
        ("beta", "getIdentityCertificationPendingTasks") => {
            page::<beta::types::IdentityCertificationTask>(body)
        }
        _ => panic!("{version} {operation} has no generated type here"),
    }
}

fn page<T: Serialize + DeserializeOwned>(body: &Value) -> serde_json::Result<Value> {
    through::<Vec<Option<T>>>(body)
}

fn through<T: Serialize + DeserializeOwned>(body: &Value) -> serde_json::Result<Value> {
    // From text, as over the wire: decoding from a value would hide some errors.
    let decoded: T = serde_json::from_str(&body.to_string())?;
    serde_json::to_value(decoded)
}

/// V3's names for beta's fields that the model has under V3's names.
pub(crate) fn unified(version: &str, operation: &str, body: Value) -> Value {
    if version != "beta" {
        return body;
    }
    match body {
        Value::Array(records) => records
            .into_iter()
            .map(|record| unified(version, operation, record))
            .collect(),
        Value::Object(mut fields) => {
            let mut rename = |from: &str, to: &str| {
                if let Some(value) = fields.remove(from) {
                    fields.insert(to.to_owned(), value);
                }
            };
            if operation == "listCertifications" {
                rename("campaignRef", "campaign");
                rename("entitiesCompleted", "identitiesCompleted");
                rename("entitiesTotal", "identitiesTotal");
            }
            if operation.contains("Task") || operation.contains("Reassign") {
                rename("certificationId", "targetId");
                if fields.get("targetId").is_some_and(Value::is_string) {
                    fields.insert("targetType".to_owned(), "CERTIFICATION".into());
                }
                let errors = fields.get_mut("errors").and_then(Value::as_array_mut);
                for error in errors
                    .into_iter()
                    .flatten()
                    .filter(|error| error.is_string())
                {
                    *error = serde_json::json!({ "text": error });
                }
                fields.insert("reassignmentTrailDTOs".to_owned(), Value::Array(Vec::new()));
            }
            fields.into()
        }
        other => other,
    }
}
