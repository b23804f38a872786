//! Lines that break off: the same journal continues after them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use certs::Journal;
use certs_sim::Simulator;
use tokio::io::AsyncWrite;
use tokio::runtime::{Builder, Runtime};

use super::{Disk, decide_requests};
use crate::bulk_decide::{assert_decided_once, decision, item_ids, largest};
use crate::support::{admin_of, simulator};

/// How a writer fails.
#[derive(Clone, Copy, Debug)]
enum End {
    /// It hangs until its runtime ends.
    Waits,
    Panics,
}

/// Writes this many bytes, then fails.
struct Breaking {
    disk: Disk,
    room: Arc<AtomicUsize>,
    end: End,
}

impl AsyncWrite for Breaking {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let room = self.room.load(Ordering::SeqCst);
        match (room, self.end) {
            (0, End::Waits) => return Poll::Pending,
            (0, End::Panics) => panic!("the writer's own"),
            _ => {}
        }
        let fitting = bytes.len().min(room);
        if room < usize::MAX {
            self.room.fetch_sub(fitting, Ordering::SeqCst);
        }
        Pin::new(&mut self.disk).poll_write(context, &bytes[..fitting])
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

/// How many requests the complete lines announce.
fn announced(disk: &Disk) -> usize {
    let text = String::from_utf8(disk.text()).unwrap();
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let sending = whole.filter(|line| line.contains(r#""event":"sending""#));
    sending.count()
}

/// A runtime ends, or the writer panics, after any number of bytes; another runtime continues with
/// the same journal.
#[test]
fn after_a_torn_line_the_journal_continues_and_everything_is_done_once() {
    for end in [End::Waits, End::Panics] {
        let sim = simulator();
        let whole = interrupted(&sim, end, usize::MAX - 1);
        for room in (0..whole).step_by(whole / 24) {
            interrupted(&simulator(), end, room);
        }
    }
}

/// Returns the final length of the journal.
fn interrupted(sim: &Simulator, end: End, room: usize) -> usize {
    let certification = largest(sim);
    let items = &item_ids(sim, &certification)[..12];
    let disk = Disk::default();
    let room = Arc::new(AtomicUsize::new(room));
    let journal = Journal::to_writer(Breaking {
        disk: disk.clone(),
        room: Arc::clone(&room),
        end,
    });
    let decide = async || {
        let review = admin_of(sim).certification(&certification.id);
        let decide = review.decide(items.iter().map(|id| decision(id)));
        decide.batch_size(3).journal(&journal).await
    };
    let minute = Duration::from_secs(60);
    // The result does not matter: the program may have ended, too.
    let first = runtime();
    let _ = first.block_on(async { tokio::time::timeout(minute, decide()).await });
    drop(first);
    assert!(decide_requests(sim) <= announced(&disk), "{end:?}");

    room.store(usize::MAX, Ordering::SeqCst);
    let second = runtime();
    let outcome = second.block_on(decide()).unwrap();
    outcome.ensure_complete().unwrap();
    assert_decided_once(sim, &certification, items);
    let read = second.block_on(disk.reopened()).unwrap();
    let left = second.block_on(async { admin_of(sim).resume(&read).dry_run().await });
    assert!(left.unwrap().calls().is_empty());
    disk.text().len()
}
