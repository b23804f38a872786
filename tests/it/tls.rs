//! Which certificate authorities the client trusts.

use std::sync::{Arc, Mutex};

use certs::{Client, Error, ErrorKind};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::support::builder_at;

/// A tenant at `localhost` with a certificate of an unknown authority.
struct Tenant {
    port: u16,
    authority: String,
    requests: Arc<Mutex<usize>>,
    server: tokio::task::JoinHandle<()>,
}

impl Tenant {
    async fn start() -> Self {
        let (authority, acceptor) = certified("localhost");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::<Mutex<usize>>::default();
        let seen = Arc::clone(&requests);
        let server = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                // A client that does not trust the certificate ends the handshake here.
                let Ok(mut socket) = acceptor.accept(socket).await else {
                    continue;
                };
                let mut request = [0; 4096];
                if socket.read(&mut request).await.is_ok_and(|read| read > 0) {
                    *seen.lock().unwrap() += 1;
                    let response = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{\"id\": \"c-1\"}";
                    let _ = socket.write_all(response.as_bytes()).await;
                }
            }
        });
        Self {
            port,
            authority,
            requests,
            server,
        }
    }

    fn client(&self, host: &str, authorities: &[&str]) -> Client {
        let mut builder = builder_at(&format!("https://{host}:{}", self.port)).token("a token");
        for authority in authorities {
            builder = builder.root_certificates(*authority);
        }
        builder.build().unwrap()
    }

    fn requests(&self) -> usize {
        *self.requests.lock().unwrap()
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A new certificate authority, and a server with its certificate.
fn certified(host: &str) -> (String, TlsAcceptor) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = authority.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(authority, key);

    let key = KeyPair::generate().unwrap();
    let names = CertificateParams::new([host.to_owned()]).unwrap();
    let certificate = names.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (pem, TlsAcceptor::from(Arc::new(config)))
}

async fn ask(client: &Client) -> Result<(), Error> {
    client.certification("c-1").get().await.map(|_| ())
}

#[tokio::test]
async fn a_server_with_an_untrusted_certificate_gets_no_token() {
    let tenant = Tenant::start().await;
    let error = ask(&tenant.client("localhost", &[])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    // Another authority does not help.
    let (another, _) = certified("localhost");
    let error = ask(&tenant.client("localhost", &[&another])).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(tenant.requests(), 0);
}

#[tokio::test]
async fn a_server_by_another_name_gets_no_token() {
    let tenant = Tenant::start().await;
    let client = tenant.client("127.0.0.1", &[&tenant.authority]);
    assert_eq!(ask(&client).await.unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(tenant.requests(), 0);
}

#[tokio::test]
async fn a_certificate_authority_of_the_callers_own_is_trusted() {
    let tenant = Tenant::start().await;
    let client = tenant.client("localhost", &[&tenant.authority]);
    ask(&client).await.unwrap();
    assert_eq!(tenant.requests(), 1);
}
