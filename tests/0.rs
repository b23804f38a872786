use certs::filter::{certification, item};
use certs::model::Phase;
use certs::{Client, MAX_DECISIONS, ReviewerIdentity};

#[tokio::main]
async fn main() -> certs::Result<()> {
    let client = Client::from_env()?; // SAIL_BASE_URL, SAIL_CLIENT_ID, SAIL_CLIENT_SECRET

    let due: Vec<_> = client.certifications()
        .reviewer(ReviewerIdentity::Me)
        .filter(certification::phase().eq(Phase::Active))
        .sort(certification::due().asc())
        .stream().try_collect().await?;

    for certification in due {
        let review = client.certification(&certification.id);
        let open: Vec<_> = review.items().filter(item::completed().eq(false)).stream().try_collect().await?;
        for batch in open.chunks(MAX_DECISIONS) {
            review.decide(batch.iter().map(|item| item.approve().comment("still needed"))).await?;
        }
        review.sign_off().await?;
    }
    Ok(())
}
