use certs::Client;

fn open(client: &Client) {
    let _ = client.certifications().filter("completed eq false");
    let _ = client.certifications().filter(String::from("completed eq false"));
}

fn main() {}
