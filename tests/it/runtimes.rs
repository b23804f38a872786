//! One client in several runtimes that take turns: connections and token requests of a runtime that
//! is not running stop until it runs again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use certs::{AccessToken, TokenFuture, TokenProvider};
use certs_sim::Simulator;
use futures_util::FutureExt as _;
use tokio::runtime::{Builder, Runtime};

use crate::support::canned::Canned;
use crate::support::{builder_at, tenant};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Over sockets, because connections belong to a runtime.
#[test]
fn runtimes_that_take_turns_have_connections_of_their_own() {
    let server = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let sim: Simulator = server.block_on(tenant().items(0).start()).unwrap();
    let admin = sim.admin();
    let client = builder_at(sim.base_url())
        .client_credentials(admin.client_id, admin.client_secret)
        .build()
        .unwrap();
    let runtimes = [runtime(), runtime(), runtime()];
    for turn in 0..9 {
        // Uses several connections each time.
        let calls = (0..3).map(|_| client.certifications().send());
        let calls = futures_util::future::join_all(calls);
        for page in runtimes[turn % 3].block_on(calls) {
            assert!(!page.unwrap().items.is_empty());
        }
    }
    // A runtime that ends closes its connections, and affects nothing else.
    let [first, second, third] = runtimes;
    drop(first);
    for runtime in [second, third, runtime()] {
        runtime.block_on(client.certifications().send()).unwrap();
    }
    server.block_on(sim.shutdown());
}

/// Never responds to the first request.
#[derive(Debug, Default)]
struct Second(Arc<AtomicUsize>);

impl TokenProvider for Second {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
                std::future::pending::<()>().await;
            }
            Ok(AccessToken::new("a token"))
        })
    }
}

/// The first runtime begins to request a token, then stops running or ends.
#[test]
fn a_token_that_another_runtime_asks_for_is_not_waited_for() {
    for ends in [false, true] {
        let server = Canned::start();
        server.respond_json(&serde_json::json!({ "id": "c-1" }));
        let provider = Second::default();
        let asked = Arc::clone(&provider.0);
        let client = server.builder().token_provider(provider).build().unwrap();
        let review = client.certification("c-1");

        let first = runtime();
        let mut kept = Box::pin(review.get());
        first.block_on(async {
            assert!((&mut kept).now_or_never().is_none());
            while asked.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
        });
        let first = (!ends).then_some(first);
        runtime().block_on(review.get()).unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        drop(first);
        // The kept call uses the token of the other runtime.
        runtime().block_on(kept).unwrap();
    }
}
