//! Identifiers as the API prints them: 32 hexadecimal digits.

use std::fmt;

use rand::RngExt as _;
use serde::{Serialize, Serializer};

/// An identifier. Sixteen bytes instead of a string keep a million items small.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(u128);

impl Id {
    pub(crate) const fn new(bits: u128) -> Self {
        Self(bits)
    }

    /// A random identifier that cannot be guessed.
    pub(crate) fn random() -> Self {
        Self(rand::rng().random())
    }

    /// Reads 32 hexadecimal digits in either case. `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_id = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        // `from_str_radix` alone would also take a sign.
        is_id
            .then(|| u128::from_str_radix(text, 16).ok())
            .flatten()
            .map(Self)
    }

    /// Derives an identifier from two others, such as an account's from its identity and its source,
    /// instead of storing it.
    pub(crate) fn derive(self, other: Self) -> Self {
        const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let mut bits = self.0 ^ other.0.rotate_left(61).wrapping_mul(ODD);
        for _ in 0..2 {
            bits ^= bits >> 67;
            bits = bits.wrapping_mul(ODD);
            bits ^= bits >> 59;
        }
        Self(bits)
    }

    /// A number below `bound` that is fixed for this identifier and `purpose`. It gives details of
    /// the data set that are not stored.
    pub(crate) fn draw(self, purpose: u64, bound: u64) -> u64 {
        let mixed = self.derive(Self(u128::from(purpose)));
        let reduced = mixed.0 % u128::from(bound.max(1));
        u64::try_from(reduced).expect("a remainder of a u64 fits a u64")
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn prints_and_reads_32_digits() {
        let id = Id::new(0xab);
        assert_eq!(id.to_string(), format!("{:0>32}", "ab"));
        assert_eq!(Id::parse(&id.to_string()), Some(id));
        assert_eq!(Id::parse(&id.to_string().to_uppercase()), Some(id));
    }

    #[test]
    fn everything_else_names_nothing() {
        for text in [
            "",
            "ab",
            "+0000000000000000000000000000000",
            "ééééééééééééééé",
        ] {
            assert_eq!(Id::parse(text), None, "{text}");
        }
    }

    #[test]
    fn derivation_depends_on_both_and_on_their_order() {
        let (a, b) = (Id::new(1), Id::new(2));
        assert_eq!(a.derive(b), a.derive(b));
        assert_ne!(a.derive(b), b.derive(a));
        assert_ne!(a.derive(b), a.derive(a));
    }
}
