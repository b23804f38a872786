//! One token for all calls.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{AccessToken, TokenProvider};
use crate::error::Error;
use crate::time;

/// How long before its end a token is replaced: enough for a request that is on its way
/// and for clocks that disagree.
const MARGIN: Duration = Duration::from_secs(30);

/// Keeps the provider's token until shortly before its end.
#[derive(Debug)]
pub(crate) struct TokenCache {
    provider: Box<dyn TokenProvider>,
    // Held while a token is fetched: whoever comes meanwhile waits for that one.
    current: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    cached: Option<Cached>,
    /// The last failure. It is the answer for everybody who was waiting then, and for a
    /// moment after, so that a token endpoint that is down is not asked by each in turn.
    failed: Option<(Instant, Error)>,
}

/// For how long a failure is the answer for everybody.
const FAILURE: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Cached {
    token: AccessToken,
    replace_at: Option<Instant>,
}

impl TokenCache {
    pub(crate) fn new(provider: Box<dyn TokenProvider>) -> Self {
        Self {
            provider,
            current: Mutex::new(State::default()),
        }
    }

    /// The cached token, or a new one.
    pub(crate) async fn token(&self) -> Result<AccessToken, Error> {
        let began = time::now();
        let mut state = self.current.lock().await;
        if let Some(cached) = &state.cached
            && cached.replace_at.is_none_or(|end| time::now() < end)
        {
            return Ok(cached.token.clone());
        }
        if let Some((at, error)) = &state.failed
            && (*at >= began || at.elapsed() < FAILURE)
        {
            return Err(error.clone());
        }
        *state = State::default();
        let asked_at = time::now();
        let token = match self.provider.token().await {
            Ok(token) => token,
            Err(error) => {
                state.failed = Some((time::now(), error.clone()));
                return Err(error);
            }
        };
        let replace_at = token.expires_in.and_then(|lifetime| {
            // A token that lives shorter than the margin is still used for most of its life,
            // and one that outlives every clock is never replaced.
            asked_at.checked_add(lifetime.saturating_sub(MARGIN.min(lifetime / 4)))
        });
        state.cached = Some(Cached {
            token: token.clone(),
            replace_at,
        });
        Ok(token)
    }

    /// A token in place of one that the service refused, or `None` if the provider has no
    /// other.
    ///
    /// When many calls are refused at once, the first gets a new token and the others
    /// take that one.
    pub(crate) async fn replace(
        &self,
        refused: &AccessToken,
    ) -> Result<Option<AccessToken>, Error> {
        {
            let mut state = self.current.lock().await;
            if state
                .cached
                .as_ref()
                .is_some_and(|cached| cached.token.is_same(refused))
            {
                state.cached = None;
            }
        }
        let token = self.token().await?;
        Ok((!token.is_same(refused)).then_some(token))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::auth::TokenFuture;

    #[derive(Debug, Default)]
    struct Counting(Arc<AtomicUsize>);

    impl TokenProvider for Counting {
        fn token(&self) -> TokenFuture<'_> {
            Box::pin(async {
                let n = self.0.fetch_add(1, Ordering::SeqCst);
                time::sleep(Duration::from_millis(50)).await;
                Ok(AccessToken::new(format!("token {n}")).expires_in(Duration::from_secs(749)))
            })
        }
    }

    fn counting() -> (TokenCache, Arc<AtomicUsize>) {
        let provider = Counting::default();
        let count = provider.0.clone();
        (TokenCache::new(Box::new(provider)), count)
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

        let cache = TokenCache::new(Box::new(Eternal));
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
    async fn a_failure_answers_everybody_who_waits() {
        let provider = Failing::default();
        let count = provider.0.clone();
        let cache = TokenCache::new(Box::new(provider));
        let calls = (0..20).map(|_| cache.token());
        let outcomes = futures_util::future::join_all(calls).await;
        assert!(
            outcomes
                .iter()
                .all(|token| token.as_ref().is_err_and(Error::is_token))
        );
        assert_eq!(count.load(Ordering::SeqCst), 1);
        tokio::time::advance(FAILURE).await;
        assert!(cache.token().await.is_err());
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_static_token_has_no_replacement() {
        let token = AccessToken::new("only one");
        let cache = TokenCache::new(Box::new(crate::auth::StaticToken(token.clone())));
        assert!(cache.replace(&token).await.unwrap().is_none());
    }
}
