//! The compiler's messages for likely mistakes with filters: see `main.rs`.
