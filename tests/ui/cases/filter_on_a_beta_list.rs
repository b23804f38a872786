use certs::Client;
use certs::filter::certification;

fn open(client: &Client) {
    let _ = client.beta().certifications().filter(certification::completed().eq(false));
}

fn main() {}
