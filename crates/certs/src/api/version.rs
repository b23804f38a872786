//! The versions of the API, as a table.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// Where a version is in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before everything else: `/v2025/certifications/…`.
    First,
    /// After the name of the service: `/certifications/v1/…`.
    AfterService,
}

macro_rules! versions {
    ($($(#[$doc:meta])* $version:ident, $name:literal, $place:ident;)+) => {
        /// A version of the API. All of them have the same operations for certifications;
        /// [`ClientBuilder::version`](crate::ClientBuilder::version) chooses one.
        ///
        /// All but the last are versions of the whole platform. Since 2026, each service also has
        /// its own version. The vendor will end V3 and the yearly versions in 2029.
        ///
        /// ```
        /// use certs::Version;
        ///
        /// assert_eq!(Version::default(), Version::V3);
        /// assert_eq!("v2025".parse::<Version>()?, Version::V2025);
        /// assert!("v7".parse::<Version>().unwrap_err().to_string().contains("v2026"));
        /// # Ok::<(), certs::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Version {
            $($(#[$doc])* $version,)+
        }

        impl Version {
            /// All versions, in the order of their release.
            pub const ALL: &[Self] = &[$(Self::$version,)+];

            const fn row(self) -> Row {
                match self {
                    $(Self::$version => Row { name: $name, place: Place::$place },)+
                }
            }
        }
    };
}

// To add one: a row here, one in the simulator, and one in `openapi/manifest.toml`.
versions! {
    /// `/v3/…`
    #[default]
    V3, "v3", First;
    /// `/v2024/…`
    V2024, "v2024", First;
    /// `/v2025/…`
    V2025, "v2025", First;
    /// `/v2026/…`
    V2026, "v2026", First;
    /// `/certifications/v1/…`: the version of each service by itself.
    V1, "v1", AfterService;
}

impl Version {
    /// The version's name in paths: `v3`, `v2024`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Version {
    type Err = Error;

    /// Reads the name of a version, in upper or lower case.
    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let named = |version: &&Self| version.name().eq_ignore_ascii_case(text);
        Self::ALL.iter().find(named).copied().ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|version| version.name()).collect();
            Error::config(format!(
                "`{text}` is not a version of the API. Write one of {}",
                names.join(", ")
            ))
        })
    }
}

/// The properties of a version, beta included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: &'static str,
    place: Place,
}

impl Row {
    /// Beta is a separate version, with its own operations.
    pub(super) const BETA: Self = Self {
        name: "beta",
        place: Place::First,
    };

    /// All rows.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Version::ALL
            .iter()
            .map(|version| version.row())
            .chain([Self::BETA])
    }

    pub(super) fn of(version: Version) -> Self {
        version.row()
    }

    /// The row of the version that this path names.
    pub(super) fn in_path(path: &str) -> Option<Self> {
        let mut segments = path.trim_start_matches('/').split('/');
        let (first, second) = (segments.next(), segments.next());
        Self::all().find(|row| match row.place {
            Place::First => first == Some(row.name),
            Place::AfterService => second == Some(row.name),
        })
    }

    /// The path in this version for the contract's path `/certifications/…`.
    pub(super) fn place(self, path: &str) -> String {
        match self.place {
            Place::First => format!("/{}{path}", self.name),
            Place::AfterService => {
                let path = path.trim_start_matches('/');
                let end = path.find(['/', '?']).unwrap_or(path.len());
                let (service, rest) = path.split_at(end);
                format!("/{service}/{}{rest}", self.name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_its_version_and_is_found_by_it() {
        for (row, placed) in [
            (Version::V3.row(), "/v3/certifications?limit=1"),
            (Version::V2026.row(), "/v2026/certifications?limit=1"),
            (Version::V1.row(), "/certifications/v1?limit=1"),
            (Row::BETA, "/beta/certifications?limit=1"),
        ] {
            assert_eq!(row.place("/certifications?limit=1"), placed);
            let path = row.place("/certification-tasks/v3");
            assert_eq!(Row::in_path(&path), Some(row), "{path}");
        }
        assert_eq!(Row::in_path("/oauth/token"), None);
    }
}
