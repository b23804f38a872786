//! Reading journals.

use certs::Journal;
use tokio::runtime::Builder;

/// A journal that can be read can be read again, and with a torn last line.
pub fn journal(data: &[u8]) {
    let runtime = Builder::new_current_thread().build();
    let opened = runtime.expect("a runtime").block_on(async {
        let opens = async |text: &[u8]| {
            let journal = Journal::from_parts(text, tokio::io::sink()).await;
            journal.map(drop)
        };
        let first = opens(data).await;
        if first.is_ok() && data.ends_with(b"\n") {
            let torn = [data, br#"{"event":"sen"#].concat();
            opens(&torn)
                .await
                .expect("all but the last line can be read");
        }
        first
    });
    if let Err(error) = opened {
        assert!(error.to_string().contains("journal"), "{error}");
    }
}
