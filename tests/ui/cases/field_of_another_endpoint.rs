use certs::Client;
use certs::filter::item;

fn open(client: &Client) {
    let _ = client.certifications().filter(item::completed().eq(false));
}

fn main() {}
