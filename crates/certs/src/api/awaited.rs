//! Lets calls be sent by awaiting them.

/// Makes awaiting a call the same as its `run`. Calls that change access run in a span, and their
/// errors name the operation if there is only one.
macro_rules! awaited {
    ($call:ident -> $output:ty) => {
        impl ::std::future::IntoFuture for $call {
            type Output = $crate::error::Result<$output>;
            type IntoFuture = ::futures_core::future::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.run())
            }
        }
    };
    ($call:ident -> $output:ty, $span_and_operation:expr) => {
        impl ::std::future::IntoFuture for $call {
            type Output = $crate::error::Result<$output>;
            type IntoFuture = ::futures_core::future::BoxFuture<'static, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                let about: fn(&Self) -> _ = $span_and_operation;
                let (span, operation) = about(&self);
                let during = move |error: $crate::error::Error| match Option::from(operation) {
                    Some(operation) => error.during(operation),
                    None => error,
                };
                let run = async move { self.run().await.map_err(during) };
                Box::pin(::tracing::Instrument::instrument(run, span))
            }
        }
    };
}

pub(crate) use awaited;
