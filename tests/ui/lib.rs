//! What the compiler says to the likely mistakes with filters: see `main.rs`.
