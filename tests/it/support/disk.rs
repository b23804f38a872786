//! Where a test keeps a journal.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use certs::Journal;
use tokio::io::AsyncWrite;

/// A disk in memory. It can be full.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    pub(crate) text: Arc<Mutex<Vec<u8>>>,
    pub(crate) room: Option<usize>,
}

impl Disk {
    pub(crate) fn with_room_for(bytes: usize) -> Self {
        Self {
            room: Some(bytes),
            ..Self::default()
        }
    }

    pub(crate) fn text(&self) -> Vec<u8> {
        self.text.lock().unwrap().clone()
    }

    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        let text = String::from_utf8(self.text()).unwrap();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Removes what was written from the first such line on.
    pub(crate) fn cut_before(&self, event: &str) {
        let mut text = self.text.lock().unwrap();
        let whole = String::from_utf8(text.clone()).unwrap();
        let is_before = |line: &&str| !line.contains(&format!("\"event\":\"{event}\""));
        let kept = whole.split_inclusive('\n').take_while(is_before);
        *text = kept.collect::<String>().into_bytes();
    }

    pub(crate) fn events(&self) -> Vec<String> {
        let lines = self.lines().into_iter();
        lines
            .map(|line| line["event"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn reopened(&self) -> certs::Result<Journal> {
        Journal::from_parts(&self.text()[..], self.clone()).await
    }
}

impl AsyncWrite for Disk {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut text = self.text.lock().unwrap();
        let room = self.room.map_or(usize::MAX, |room| room - text.len());
        if room == 0 {
            return Poll::Ready(Err(io::ErrorKind::StorageFull.into()));
        }
        let written = bytes.len().min(room);
        text.extend(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
