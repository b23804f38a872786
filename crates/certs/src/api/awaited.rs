//! Calls that are sent when they are awaited.

/// Makes awaiting a call the same as its `run`.
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
}

pub(super) use awaited;
