//! OAuth scopes.

use std::fmt;

/// A scope that some operations require.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    CampaignRead,
    CampaignManage,
    CampaignReportRead,
    CampaignReportManage,
    CampaignTemplateRead,
    CampaignTemplateManage,
    CampaignTemplateScheduleRead,
    CampaignFilterRead,
    CampaignFilterManage,
    CertificationRead,
    CertificationWrite,
}

impl Scope {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::CampaignRead => "idn:campaign:read",
            Self::CampaignManage => "idn:campaign:manage",
            Self::CampaignReportRead => "idn:campaign-report:read",
            Self::CampaignReportManage => "idn:campaign-report:manage",
            Self::CampaignTemplateRead => "idn:campaign-template:read",
            Self::CampaignTemplateManage => "idn:campaign-template:manage",
            // The vendor's spelling.
            Self::CampaignTemplateScheduleRead => "idn:campaign-temlates:read",
            Self::CampaignFilterRead => "idn:campaign-filter:read",
            Self::CampaignFilterManage => "idn:campaign-filter:manage",
            Self::CertificationRead => "idn:certification:read",
            Self::CertificationWrite => "idn:certification:write",
        }
    }
}

/// The scope that allows everything, and the default of token requests without a scope.
const ALL: &str = "sp:scopes:all";

/// The scopes of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scopes(Vec<String>);

impl Scopes {
    /// Reads scopes separated by spaces; no scope means all.
    pub(crate) fn parse(text: Option<&str>) -> Self {
        let scopes: Vec<_> = text
            .unwrap_or(ALL)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if scopes.is_empty() {
            return Self(vec![ALL.to_owned()]);
        }
        Self(scopes)
    }

    pub(crate) fn allow(&self, scope: Scope) -> bool {
        self.0
            .iter()
            .any(|held| held == ALL || held == scope.as_str())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_allows_itself_and_the_general_one_everything() {
        let read = Scopes::parse(Some("idn:campaign:read other"));
        assert!(read.allow(Scope::CampaignRead));
        assert!(!read.allow(Scope::CampaignManage));
        for general in [None, Some(""), Some("sp:scopes:all")] {
            assert!(Scopes::parse(general).allow(Scope::CertificationWrite));
        }
    }
}
