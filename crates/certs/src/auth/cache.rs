//! The token cache: one token for all calls.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::runtime::{Handle, Id};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::{AccessToken, TokenProvider};
use crate::error::Error;
use crate::http::counters::Counting;
use crate::sync::lock;
use crate::time;

/// How long before its expiry a token is replaced: enough for a request in flight and for clocks
/// that differ.
const MARGIN: Duration = Duration::from_secs(30);

/// For how long all calls share one failure, so that they do not all ask a token endpoint that is
/// down.
const FAILURE: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// Set while a provider runs: a call through the same client would wait for the token that the
    /// provider is getting.
    static PROVIDING: ();
}

/// Caches the provider's token until shortly before it expires.
///
/// The provider runs in a separate task. Calls that wait for it hold no lock, so a call that is
/// dropped, or kept without being polled, delays no other.
#[derive(Clone, Debug)]
pub(crate) struct TokenCache(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    provider: Box<dyn TokenProvider>,
    /// For how long the provider may take.
    limit: Duration,
    counting: Arc<Counting>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    cached: Option<Cached>,
    /// The runtime that the provider runs on, and the receiver of its result.
    refresh: Option<(Id, watch::Receiver<Option<Refreshed>>)>,
    failed: Option<(Instant, Error)>,
}

#[derive(Clone, Debug)]
struct Cached {
    token: AccessToken,
    replace_at: Option<Instant>,
    ends_at: Option<Instant>,
}

/// How a refresh ended.
#[derive(Clone, Debug)]
enum Refreshed {
    Token(AccessToken),
    Failed(Error),
    Panicked(String),
}

/// The next step to get a token.
enum Next {
    Take(Result<AccessToken, Error>),
    Wait(watch::Receiver<Option<Refreshed>>),
}

impl TokenCache {
    pub(crate) fn new(
        provider: Box<dyn TokenProvider>,
        limit: Duration,
        counting: Arc<Counting>,
    ) -> Self {
        Self(Arc::new(Shared {
            provider,
            limit,
            counting,
            state: Mutex::default(),
        }))
    }

    /// The cached token, or a new one.
    pub(crate) async fn token(&self) -> Result<AccessToken, Error> {
        if PROVIDING.try_with(|()| ()).is_ok() {
            return Err(Error::refused(
                "a token provider cannot call through the client that waits for its token. Give \
                 the provider a client of its own",
            ));
        }
        loop {
            let mut refresh = match self.next() {
                Next::Take(token) => return token,
                Next::Wait(refresh) => refresh,
            };
            // The task is lost if its runtime has ended. Then this call starts another.
            if let Ok(refreshed) = refresh.wait_for(Option::is_some).await {
                match refreshed.clone() {
                    Some(Refreshed::Token(token)) => return Ok(token),
                    Some(Refreshed::Failed(error)) => return Err(error),
                    Some(Refreshed::Panicked(message)) => {
                        drop(refreshed);
                        std::panic::resume_unwind(Box::new(message));
                    }
                    None => {}
                }
            }
        }
    }

    fn next(&self) -> Next {
        let now = time::now();
        let mut state = self.state();
        let is_before = |end: Option<Instant>| end.is_none_or(|end| now < end);
        let good = state
            .cached
            .as_ref()
            .filter(|cached| is_before(cached.ends_at));
        if let Some(cached) = good
            && is_before(cached.replace_at)
        {
            return Next::Take(Ok(cached.token.clone()));
        }
        let just_failed = state.failed.as_ref();
        if let Some((_, error)) = just_failed.filter(|(at, _)| now.duration_since(*at) < FAILURE) {
            // If a token cannot be replaced, it stays in use until it expires.
            let token = good.map(|cached| cached.token.clone());
            return Next::Take(token.ok_or_else(|| error.clone()));
        }
        let runtime = Handle::current().id();
        // A task of another runtime makes progress only while that runtime runs, and may be lost.
        let under_way = state.refresh.as_ref();
        let goes_on =
            under_way.filter(|(on, refresh)| *on == runtime && refresh.has_changed().is_ok());
        if let Some((_, refresh)) = goes_on {
            return Next::Wait(refresh.clone());
        }
        let (done, refresh) = watch::channel(None);
        state.refresh = Some((runtime, refresh.clone()));
        drop(state);
        let cache = self.clone();
        let span = tracing::debug_span!("token");
        tokio::spawn(async move { cache.refresh(done).await }.instrument(span));
        Next::Wait(refresh)
    }

    async fn refresh(self, done: watch::Sender<Option<Refreshed>>) {
        let asked_at = time::now();
        let refreshed = self.ask().await;
        let mut state = self.state();
        state.refresh = None;
        let refreshed = match refreshed {
            Refreshed::Token(token) => {
                let lasts = |margin: fn(Duration) -> Duration| {
                    let lifetime = token.expires_in?;
                    // A token whose expiry no clock can show is never replaced.
                    asked_at.checked_add(lifetime.saturating_sub(margin(lifetime)))
                };
                state.failed = None;
                state.cached = Some(Cached {
                    // A token with a lifetime below the margin is still used for most of it.
                    replace_at: lasts(|lifetime| MARGIN.min(lifetime / 4)),
                    ends_at: lasts(|_| Duration::ZERO),
                    token: token.clone(),
                });
                Refreshed::Token(token)
            }
            Refreshed::Failed(error) => {
                tracing::debug!(%error, "no new token");
                state.failed = Some((time::now(), error.clone()));
                match state.cached.as_ref() {
                    Some(cached) if cached.ends_at.is_none_or(|end| time::now() < end) => {
                        Refreshed::Token(cached.token.clone())
                    }
                    _ => Refreshed::Failed(error),
                }
            }
            panicked => panicked,
        };
        drop(state);
        // It fails only if no call is waiting.
        let _ = done.send(Some(refreshed));
    }

    async fn ask(&self) -> Refreshed {
        let Shared {
            provider,
            limit,
            counting,
            ..
        } = &*self.0;
        let asking = PROVIDING.scope((), async { time::within(*limit, provider.token()).await });
        match AssertUnwindSafe(asking).catch_unwind().await {
            // A token that no header can hold is not cached.
            Ok(Some(Ok(token))) => match token.bearer() {
                Ok(_) => {
                    counting.tokens.count();
                    Refreshed::Token(token)
                }
                Err(error) => Refreshed::Failed(error),
            },
            Ok(Some(Err(error))) => Refreshed::Failed(error),
            Ok(None) => Refreshed::Failed(Error::no_token(format!(
                "the token provider did not respond within {limit:?}"
            ))),
            Err(panic) => {
                let message = panic.downcast_ref::<String>().cloned();
                let message =
                    message.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
                Refreshed::Panicked(message.unwrap_or_default())
            }
        }
    }

    /// A token in place of one that the service refused, or `None` if the provider has no
    /// other.
    ///
    /// When many calls are refused at once, the first gets a new token and the others use it.
    pub(crate) async fn replace(
        &self,
        refused: &AccessToken,
    ) -> Result<Option<AccessToken>, Error> {
        self.state()
            .cached
            .take_if(|cached| cached.token.is_same(refused));
        let token = self.token().await?;
        Ok((!token.is_same(refused)).then_some(token))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}
#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::auth::TokenFuture;
    use crate::error::ErrorKind;

    #[derive(Debug, Default)]
    struct Numbered(Arc<AtomicUsize>);

    impl TokenProvider for Numbered {
        fn token(&self) -> TokenFuture<'_> {
            Box::pin(async {
                let n = self.0.fetch_add(1, Ordering::SeqCst);
                time::sleep(Duration::from_millis(50)).await;
                Ok(AccessToken::new(format!("token {n}")).expires_in(Duration::from_secs(749)))
            })
        }
    }

    fn cache(provider: impl TokenProvider) -> TokenCache {
        TokenCache::new(Box::new(provider), Duration::from_secs(300), Arc::default())
    }

    fn counting() -> (TokenCache, Arc<AtomicUsize>) {
        let provider = Numbered::default();
        let count = provider.0.clone();
        (cache(provider), count)
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_calls_ask_once() {
        let (cache, count) = counting();
        let calls = (0..20).map(|_| cache.token());
        let tokens = futures_util::future::join_all(calls).await;
        assert!(tokens.iter().all(Result::is_ok));
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_replaced_shortly_before_its_end() {
        let (cache, count) = counting();
        cache.token().await.unwrap();
        tokio::time::advance(Duration::from_secs(700)).await;
        cache.token().await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 1);
        tokio::time::advance(Duration::from_secs(20)).await;
        cache.token().await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_may_live_longer_than_any_clock_runs() {
        #[derive(Debug)]
        struct Eternal;

        impl TokenProvider for Eternal {
            fn token(&self) -> TokenFuture<'_> {
                Box::pin(async { Ok(AccessToken::new("amen").expires_in(Duration::MAX)) })
            }
        }

        let cache = cache(Eternal);
        assert!(cache.token().await.is_ok());
        assert!(cache.token().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_replaced_once_for_all() {
        let (cache, count) = counting();
        let refused = cache.token().await.unwrap();
        let calls = (0..20).map(|_| cache.replace(&refused));
        let replaced = futures_util::future::join_all(calls).await;
        assert!(replaced.iter().all(|token| matches!(token, Ok(Some(_)))));
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[derive(Debug, Default)]
    struct Failing(Arc<AtomicUsize>);

    impl TokenProvider for Failing {
        fn token(&self) -> TokenFuture<'_> {
            Box::pin(async {
                self.0.fetch_add(1, Ordering::SeqCst);
                time::sleep(Duration::from_millis(50)).await;
                Err(Error::no_token("the vault is sealed"))
            })
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_reaches_everybody_who_waits() {
        let provider = Failing::default();
        let count = provider.0.clone();
        let cache = cache(provider);
        let calls = (0..20).map(|_| cache.token());
        let outcomes = futures_util::future::join_all(calls).await;
        assert!(outcomes.iter().all(|token| {
            token
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::Token)
        }));
        assert_eq!(count.load(Ordering::SeqCst), 1);
        tokio::time::advance(FAILURE).await;
        assert!(cache.token().await.is_err());
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_static_token_has_no_replacement() {
        let token = AccessToken::new("only one");
        let cache = cache(crate::auth::StaticToken(token.clone()));
        assert!(cache.replace(&token).await.unwrap().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_does_not_end_a_token_that_is_good() {
        #[derive(Debug, Default)]
        struct Once(AtomicUsize);

        impl TokenProvider for Once {
            fn token(&self) -> TokenFuture<'_> {
                Box::pin(async {
                    if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
                        Ok(AccessToken::new("good").expires_in(Duration::from_secs(100)))
                    } else {
                        Err(Error::no_token("the vault is sealed"))
                    }
                })
            }
        }

        let cache = cache(Once::default());
        cache.token().await.unwrap();
        tokio::time::advance(Duration::from_secs(99)).await;
        assert!(cache.token().await.is_ok());
        assert!(cache.token().await.is_ok());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(cache.token().await.unwrap_err().kind(), ErrorKind::Token);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_or_unpolled_caller_blocks_no_other() {
        let (cache, count) = counting();
        let mut kept = std::pin::pin!(cache.token());
        let mut dropped = Box::pin(cache.token());
        std::future::poll_fn(|context| {
            assert!(dropped.as_mut().poll(context).is_pending());
            assert!(kept.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
        drop(dropped);
        assert!(cache.token().await.is_ok());
        assert!(kept.await.is_ok());
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_provider_that_hangs_panics_or_calls_itself_ends_the_call_and_nothing_else() {
        #[derive(Debug, Default)]
        struct Odd(AtomicUsize, std::sync::OnceLock<TokenCache>);

        impl TokenProvider for Arc<Odd> {
            fn token(&self) -> TokenFuture<'_> {
                Box::pin(async {
                    match self.0.fetch_add(1, Ordering::SeqCst) {
                        0 => std::future::pending().await,
                        1 => panic!("the vault is on fire"),
                        2 => self.1.get().unwrap().token().await,
                        _ => Ok(AccessToken::new("at last")),
                    }
                })
            }
        }

        let odd = Arc::new(Odd::default());
        let cache = cache(Arc::clone(&odd));
        odd.1.set(cache.clone()).unwrap();
        let hangs = cache.token().await.unwrap_err();
        assert!(hangs.to_string().contains("did not respond"), "{hangs}");
        tokio::time::advance(FAILURE).await;
        let panicked = tokio::spawn({
            let cache = cache.clone();
            async move { cache.token().await }
        });
        let panic = panicked.await.unwrap_err().into_panic();
        assert_eq!(
            panic.downcast_ref::<String>().unwrap(),
            "the vault is on fire"
        );
        assert_eq!(cache.token().await.unwrap_err().kind(), ErrorKind::Refused);
        tokio::time::advance(FAILURE).await;
        assert!(cache.token().await.is_ok());
    }

    #[test]
    fn a_refresh_whose_runtime_ends_is_begun_again_on_another() {
        let (cache, count) = counting();
        let runtime = || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder.enable_time().start_paused(true).build().unwrap()
        };
        runtime().block_on(async {
            let soon = time::within(Duration::from_millis(1), cache.token()).await;
            assert!(soon.is_none());
        });
        assert!(runtime().block_on(cache.token()).is_ok());
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_no_header_can_hold_is_not_kept() {
        let (cache, _) = counting();
        cache.token().await.unwrap();
        let bad = TokenCache::new(
            Box::new(crate::auth::StaticToken(AccessToken::new("a\u{7f}b"))),
            Duration::from_secs(1),
            Arc::default(),
        );
        assert_eq!(bad.token().await.unwrap_err().kind(), ErrorKind::Token);
        assert!(bad.state().cached.is_none());
    }
}
