//! Connections that are never made: nothing was sent, so every request may be retried.

use std::time::Duration;

use certs::{Client, ErrorKind, RetryPolicy};
use certs_sim::Simulator;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::operation::{Asked, Scene};
use crate::support::{client_builder, running_clock, tenant};

fn client(sim: &Simulator, attempts: u32) -> Client {
    let admin = sim.admin();
    client_builder(sim)
        .client_credentials(admin.client_id, admin.client_secret)
        .retry(RetryPolicy::default().max_attempts(attempts))
        .build()
        .unwrap()
}

/// Returns once the client knows that its kept connections are closed. A request in flight at that
/// moment would count as one that may have arrived.
async fn close(sim: &Simulator) {
    sim.refuse_connections().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn a_call_succeeds_once_the_tenant_is_reachable_again() {
    for asked in Asked::ALL {
        let sim = tenant().items(0).clock(running_clock()).build().unwrap();
        let client = client(&sim, 100);
        let scene = Scene::new(sim, asked, &client).await;
        close(&scene.sim).await;
        let come_back = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            scene.sim.accept_connections().unwrap();
        };
        let (outcome, ()) = tokio::join!(scene.call(asked, &client), come_back);
        outcome.unwrap_or_else(|error| panic!("{asked:?}: {error}"));
        assert_eq!(scene.requests(asked), 1, "{asked:?}");
        assert_eq!(scene.effects(asked), 1, "{asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_stays_unreachable_is_an_error_and_nothing_was_sent() {
    for asked in Asked::ALL {
        let sim = tenant().items(0).clock(running_clock()).build().unwrap();
        let client = client(&sim, 3);
        let scene = Scene::new(sim, asked, &client).await;
        close(&scene.sim).await;
        let error = scene.call(asked, &client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{asked:?}: {error}");
        assert_eq!(scene.requests(asked), 0, "{asked:?}");
        assert_eq!(scene.traces(asked), 0, "{asked:?}");
    }
}

/// Connecting includes the TLS handshake: a server that never completes it got no request, so a
/// connect timeout means that nothing arrived.
#[tokio::test]
async fn a_connection_that_takes_too_long_is_an_error_and_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mute = tokio::spawn(async move {
        let mut accepted = Vec::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut hello = [0; 1];
            socket.read_exact(&mut hello).await.unwrap();
            accepted.push(socket);
        }
    });
    let client = Client::builder(format!("https://{address}"))
        .token("a token")
        .connect_timeout(Duration::from_millis(50))
        .retry(RetryPolicy::default().max_attempts(2))
        .build()
        .unwrap();
    let error = client
        .certification("c-1")
        .sign_off()
        .unchecked()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(error.attempts(), 2);
    mute.abort();
}
