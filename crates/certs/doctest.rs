// What the examples in the documentation share: a tenant on the embedded simulator, and a review
// in it that is open. Included by them, so that each hides three lines at most.

/// Runs an example with a client of a tenant of its own.
pub fn example<F>(run: impl FnOnce(certs::Client, certs::Review) -> F)
where
    F: Future<Output = Result<(), Box<dyn std::error::Error>>>,
{
    use certs::filter::certification;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sim = certs_sim::Simulator::builder().build().unwrap();
        let client = certs::Client::builder(sim.base_url())
            .client_credentials(sim.admin().client_id, sim.admin().client_secret)
            .http_service(sim.service())
            .build()
            .unwrap();
        let open = client
            .certifications()
            .filter(
                certification::phase()
                    .eq(certs::model::Phase::Active)
                    .and(certification::completed().eq(false)),
            )
            .stream();
        let open: Vec<_> = open.try_collect().await.unwrap();
        let is_workable = |it: &&certs::model::Certification| {
            !it.reviewer.as_ref().unwrap().is_governance_group()
        };
        let review = client.certification(&open.iter().find(is_workable).unwrap().id);
        run(client, review).await.unwrap();
    });
}

/// Runs an example with a campaign that is active, in a tenant of its own.
pub fn example_of_a_campaign<F>(run: impl FnOnce(certs::Client, certs::CampaignHandle) -> F)
where
    F: Future<Output = Result<(), Box<dyn std::error::Error>>>,
{
    example(async |client, _| {
        let found = client.campaigns().named("Quarterly Manager Review").await?;
        let campaign = client.campaign(found.id);
        run(client, campaign).await
    });
}

/// Somebody who reviews another certification.
pub async fn another_reviewer(
    client: &certs::Client,
    review: &certs::Review,
) -> certs::Result<certs::model::Id> {
    let own = review.get().await?.reviewer.unwrap().id;
    let others: Vec<_> = client.certifications().stream().try_collect().await?;
    let reviewers = others.into_iter().filter_map(|it| it.reviewer);
    let other = reviewers
        .filter(|it| !it.is_governance_group())
        .find(|it| it.id != own);
    Ok(other.unwrap().id)
}
