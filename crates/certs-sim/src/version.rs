//! The versions of the API: one row each.

use std::fmt;

/// Declares the versions: name, where a path has it, which operations there are.
macro_rules! versions {
    ($( $(#[$about:meta])* $variant:ident = $name:literal, $place:ident, $contract:ident; )+) => {
        /// A version of the API. Each client has a rate limit of its own for each.
        ///
        /// ```
        /// use certs_sim::Version;
        ///
        /// assert_eq!(Version::V2026.path("/certifications/{id}"), "/v2026/certifications/{id}");
        /// assert_eq!(Version::V1.path("/certifications/{id}"), "/certifications/v1/{id}");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Version {
            $( $(#[$about])* $variant, )+
        }

        impl Version {
            /// Every version that the simulator serves.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            const fn row(self) -> Row {
                match self {
                    $( Self::$variant => Row {
                        name: $name,
                        place: Place::$place,
                        contract: Contract::$contract,
                    }, )+
                }
            }
        }
    };
}

versions! {
    /// V3, at `/v3`.
    V3 = "v3", First, V3;
    /// The operations of V3 at `/v2024`.
    V2024 = "v2024", First, V3;
    /// The operations of V3 at `/v2025`.
    V2025 = "v2025", First, V3;
    /// The operations of V3 at `/v2026`.
    V2026 = "v2026", First, V3;
    /// The operations of V3, at `/certifications/v1` and `/certification-tasks/v1`: each
    /// service has versions of its own.
    V1 = "v1", Second, V3;
    /// Beta, at `/beta`: six operations, all deprecated.
    Beta = "beta", First, Beta;
}

struct Row {
    name: &'static str,
    place: Place,
    contract: Contract,
}

/// The position of the version among the segments of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Second,
}

/// Which operations a version has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contract {
    V3,
    Beta,
}

impl Version {
    /// Its name as paths have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The path in this version for a path that other versions share. `path` begins with a slash,
    /// names no version, and may have a query.
    #[must_use]
    pub fn path(self, path: &str) -> String {
        let Row { name, place, .. } = self.row();
        let split = match place {
            Place::First => 0,
            Place::Second => path[1..].find(['/', '?']).map_or(path.len(), |end| end + 1),
        };
        let (before, after) = path.split_at(split);
        format!("{before}/{name}{after}")
    }

    pub(crate) const fn contract(self) -> Contract {
        self.row().contract
    }

    pub(crate) fn is_deprecated(self) -> bool {
        self.contract() == Contract::Beta
    }

    /// The version that a path is for, and its segments without it.
    pub(crate) fn of(path: &str) -> Option<(Self, Vec<&str>)> {
        let mut segments: Vec<_> = path.strip_prefix('/')?.split('/').collect();
        let (version, position) = Self::ALL.iter().find_map(|version| {
            let Row { name, place, .. } = version.row();
            let position = match place {
                Place::First => 0,
                Place::Second => 1,
            };
            (segments.get(position) == Some(&name)).then_some((*version, position))
        })?;
        segments.remove(position);
        Some((version, segments))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_a_version_is_read_as_it_is_written() {
        for version in Version::ALL {
            for path in ["/certifications", "/certifications/a/decide"] {
                let segments: Vec<_> = path[1..].split('/').collect();
                assert_eq!(Version::of(&version.path(path)), Some((*version, segments)));
            }
        }
        for path in [
            "",
            "/",
            "/oauth/token",
            "/v4/certifications",
            "/certifications/a/v1",
        ] {
            assert_eq!(Version::of(path), None, "{path}");
        }
    }
}
