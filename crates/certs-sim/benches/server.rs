//! The cost of the simulator: start time, memory, and CPU time of its process for each request.
//!
//! Neither the client's time nor waiting counts: while these numbers are small, a benchmark of a
//! client against this server measures the client.
//!
//! ```console
//! $ cargo bench -p certs-sim
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark has nobody to report to and measures time"
)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;

/// The limits of the program.
const START: Duration = Duration::from_secs(5);
const MEMORY_MIB: u64 = 2 * 1024;
const PAGE: Duration = Duration::from_millis(2);
const SELECTION: Duration = Duration::from_millis(50);

/// The unit of CPU time on Linux.
const TICK: Duration = Duration::from_millis(10);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        println!("CPU time and memory of another process are only read on Linux");
        return ExitCode::SUCCESS;
    }
    let mut report = Report::default();
    start(&mut report, 1_000_000).await;
    requests(&mut report, 100_000).await;
    if report.is_within_limits {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn start(report: &mut Report, items: usize) {
    let server = Server::start(items).await;
    let items = server.total_of_items();
    report.time(&format!("start with {items} items"), server.startup, START);
    report.memory(
        &format!("memory with {items} items"),
        server.memory_mib("VmRSS:"),
    );
    server.export().await;
    let what = "most memory, after an export of all of them";
    report.memory(what, server.memory_mib("VmHWM:"));
}

async fn requests(report: &mut Report, items: usize) {
    let server = Server::start(items).await;
    let (id, size) = server.largest().await;
    println!("\nCPU time of the server for a request, {items} items, {size} in the certification:");
    let path = format!("/v3/certifications/{id}/access-review-items");
    let by_name = "sorters=identitySummary.name,-access.name";
    let middle = size / 2;
    for (what, query, repeat, limit) in [
        ("page of 250 items", String::new(), 1_000, PAGE),
        (
            "page of 250 items with the total, from the middle",
            format!("count=true&offset={middle}"),
            1_000,
            PAGE,
        ),
        (
            "page of 250 items, sorted by two fields",
            format!("{by_name}&count=true"),
            200,
            SELECTION,
        ),
        (
            "page of 250 items, filtered and sorted, from the middle",
            format!(
                "filters=completed eq false&{by_name}&count=true&offset={}",
                middle / 2
            ),
            200,
            SELECTION,
        ),
        (
            "a few items by two conditions on text",
            "filters=access.name sw \"tax\" and identitySummary.name sw \"a\"".to_owned(),
            200,
            SELECTION,
        ),
    ] {
        let took = server.cpu_time(&path, &query, repeat).await;
        report.time(what, took, limit);
    }
    let took = server
        .cpu_time("/v3/certifications", "sorters=-due,name&count=true", 200)
        .await;
    report.time("page of 250 certifications, sorted", took, SELECTION);
}

struct Report {
    is_within_limits: bool,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            is_within_limits: true,
        }
    }
}

impl Report {
    fn time(&mut self, what: &str, took: Duration, limit: Duration) {
        println!("{what:<58} {took:>10.2?}  (limit {limit:?})");
        self.is_within_limits &= took < limit;
    }

    fn memory(&mut self, what: &str, mib: u64) {
        println!("{what:<58} {mib:>6} MiB  (limit {MEMORY_MIB} MiB)");
        self.is_within_limits &= mib < MEMORY_MIB;
    }
}

/// The program in a separate process, and a client.
struct Server {
    process: Child,
    /// The time from starting the program to its first line.
    startup: Duration,
    base_url: String,
    http: Client,
    token: String,
    rows: Vec<Value>,
}

impl Server {
    async fn start(items: usize) -> Self {
        let began = Instant::now();
        let mut process = Command::new(env!("CARGO_BIN_EXE_certs-sim"))
            .args(["--listen", "127.0.0.1:0", "--no-rate-limit"])
            .args(["--items", &items.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut base_url = String::new();
        BufReader::new(process.stdout.as_mut().unwrap())
            .read_line(&mut base_url)
            .unwrap();
        let startup = began.elapsed();
        let base_url = base_url.trim().to_owned();
        let http = Client::new();
        let credentials = [
            ("grant_type", "client_credentials"),
            ("client_id", "sim-admin"),
            ("client_secret", "sim-secret"),
        ];
        let response = http
            .post(format!("{base_url}/oauth/token"))
            .form(&credentials);
        let response: Value = response.send().await.unwrap().json().await.unwrap();
        let mut server = Self {
            process,
            startup,
            base_url,
            http,
            token: response["access_token"].as_str().unwrap().to_owned(),
            rows: Vec::new(),
        };
        server.rows = server.all_certifications().await;
        server
    }

    async fn all_certifications(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            let query = format!("offset={}", rows.len());
            let text = self.get("/v3/certifications", &query).await;
            let page: Vec<Value> = serde_json::from_slice(&text).unwrap();
            if page.is_empty() {
                return rows;
            }
            rows.extend(page);
        }
    }

    fn total_of_items(&self) -> u64 {
        self.rows
            .iter()
            .map(|row| row["decisionsTotal"].as_u64().unwrap())
            .sum()
    }

    /// The certification with the most items, and how many it has.
    async fn largest(&self) -> (String, u64) {
        let size = |row: &Value| row["decisionsTotal"].as_u64().unwrap();
        let largest = self.rows.iter().max_by_key(|row| size(row)).unwrap();
        (largest["id"].as_str().unwrap().to_owned(), size(largest))
    }

    async fn get(&self, path: &str, query: &str) -> Vec<u8> {
        let response = self
            .http
            .get(format!("{}{path}?{query}", self.base_url))
            .bearer_auth(&self.token)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{query}");
        response.bytes().await.unwrap().into()
    }

    async fn export(&self) {
        let mut response = self.http.get(format!("{}/scenario", self.base_url));
        response = response.timeout(Duration::from_secs(120));
        let mut response = response.send().await.unwrap();
        while response.chunk().await.unwrap().is_some() {}
    }

    /// The mean of this many requests, after one that does not count.
    async fn cpu_time(&self, path: &str, query: &str, repeat: u32) -> Duration {
        self.get(path, query).await;
        let before = self.ticks();
        for _ in 0..repeat {
            self.get(path, query).await;
        }
        TICK * (self.ticks() - before) / repeat
    }

    /// User and system time so far.
    fn ticks(&self) -> u32 {
        let stat = self.proc("stat");
        // The name of the program, in parentheses, is the only field with blanks.
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        let fields: Vec<_> = fields.split(' ').collect();
        let number = |position: usize| fields[position].parse::<u32>().unwrap();
        number(11) + number(12)
    }

    fn memory_mib(&self, name: &str) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib / 1024
    }

    fn proc(&self, name: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{name}", self.process.id())).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
