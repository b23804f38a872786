//! The content of evidence files.

use std::path::Path;

use super::small_tenant;

/// A file, with visible line ends of CSV.
fn read(folder: &Path, name: &str) -> String {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.replace("\r\n", "[crlf]\n")
}

/// Replaces times of reading, digests and the tenant's port, which differ from run to run.
fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_sort_maps(true);
    let time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z";
    settings.add_filter(
        &format!(r#"("(read_at|started|finished)": ?)"{time}""#),
        "$1[now]",
    );
    settings.add_filter(&format!(r",{time}\[crlf\]"), ",[now][crlf]");
    settings.add_filter(r"127\.0\.0\.1:\d+", "[tenant]");
    settings.add_filter(r#""sha256": "[0-9a-f]{64}""#, r#""sha256": [digest]"#);
    settings.add_filter(r#""bytes": \d+"#, r#""bytes": [bytes]"#);
    settings.add_filter(r"tracking id [0-9a-f-]+", "tracking id");
    settings.add_filter(r#""tracking_id": "[0-9a-f-]+""#, r#""tracking_id": [id]"#);
    settings.add_filter(
        r"<bdi>[0-9a-f]{32}</bdi></td></tr>",
        "[tracking id]</td></tr>",
    );
    settings.add_filter(r"<bdi>[0-9a-f]{64}</bdi>", "[digest]");
    settings.add_filter(
        r"\d+(\u{202f}\d+)*</td>\n? *<td class=.digest",
        "[bytes]</td><td class=\"digest",
    );
    settings.add_filter(r"<dd><time>.*</time> to <time>.*</time>", "<dd>[now]");
    settings
}

#[tokio::test]
async fn every_file_of_a_folder() {
    let (_sim, client) = small_tenant().await;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let manifest = client.evidence().grants().write_to(&folder).await.unwrap();
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "evidence.csv",
            "evidence.jsonl",
            "evidence.parquet",
            "grants.csv",
            "grants.jsonl",
            "grants.parquet",
            "manifest.json",
            "report.html",
        ]
    );

    let _guard = settings().bind_to_scope();
    insta::assert_snapshot!("json_lines", read(&folder, "evidence.jsonl"));
    insta::assert_snapshot!("csv", read(&folder, "evidence.csv"));
    insta::assert_snapshot!(
        "parquet",
        super::formats::parquet_as_text(&folder.join("evidence.parquet"))
    );
    insta::assert_snapshot!("grants_csv", read(&folder, "grants.csv"));
    insta::assert_snapshot!("manifest", read(&folder, "manifest.json"));
    let report = read(&folder, "report.html");
    let body = report.split_once("<body>").unwrap().1;
    insta::assert_snapshot!("report", body);
    insta::assert_snapshot!(manifest, @"4 of 4 items, 3 of 4 certifications: not complete, 1 discrepancy");
}
