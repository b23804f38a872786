//! The sources, entitlements, access profiles and roles of the data set.

use super::draw::Draw;
use super::words::{
    CATEGORIES, DEPARTMENTS, DUTIES, IMPACTS, POLICIES, PROFILE_SUFFIXES, RIGHTS, ROLE_SUFFIXES,
    SOURCES, SourceWords, Style, TABLES,
};
use crate::state::table::Ix;
use crate::state::tenant::{
    AccessProfile, DataAccess, Entitlement, Permission, Person, Role, Source, Tenant,
};
use crate::text::Text;

/// How many departments have entitlements on one source.
const DEPARTMENTS_ON_SOURCE: usize = 6;

/// Adds sources, entitlements, access profiles and roles to a tenant of people.
pub(super) fn fill(draw: &mut Draw, tenant: &mut Tenant) {
    for words in SOURCES {
        let source = tenant.sources.push(Source {
            id: draw.id(),
            name: Text::new(words.name),
            kind: words.kind.into(),
        });
        add_entitlements(draw, tenant, source, words);
    }
    for department in DEPARTMENTS {
        for suffix in PROFILE_SUFFIXES {
            add_profile(draw, tenant, department, suffix);
        }
        for suffix in ROLE_SUFFIXES {
            add_role(draw, tenant, department, suffix);
        }
    }
}

fn add_entitlements(
    draw: &mut Draw,
    tenant: &mut Tenant,
    source: Ix<Source>,
    words: &'static SourceWords,
) {
    let first = draw.below(DEPARTMENTS.len());
    for department in 0..DEPARTMENTS_ON_SOURCE {
        let department = DEPARTMENTS[(first + department * 3) % DEPARTMENTS.len()];
        for (duty, privileged) in DUTIES {
            let name = format!("{department} {duty}");
            let entitlement = Entitlement {
                id: draw.id(),
                value: words.style.value(department, duty).into(),
                name: Text::new(match words.style {
                    Style::Database => words.style.value(department, duty),
                    _ => name,
                }),
                description: (!draw.one_in(5)).then(|| {
                    format!(
                        "{duty} in {} for {department}: what they may see and do there",
                        words.name
                    )
                    .into()
                }),
                privileged: *privileged,
                owner: (!draw.one_in(4)).then(|| person(draw, tenant)),
                attribute: words.attribute.into(),
                object_type: words.object_type.into(),
                source,
                revocable: !draw.one_in(10),
                cloud_governed: words.name.starts_with("AWS"),
                data_access: (words.name.starts_with("SharePoint") && !draw.one_in(3))
                    .then(|| data_access(draw)),
                permissions: if words.style == Style::Database {
                    permissions(draw)
                } else {
                    Vec::new()
                },
            };
            tenant.entitlements.push(entitlement);
        }
    }
}

impl Style {
    fn value(self, department: &str, duty: &str) -> String {
        let joined = |separator: &str| format!("{department} {duty}").replace(' ', separator);
        match self {
            Self::DistinguishedName => {
                format!("CN={department} {duty},OU=Groups,DC=northwind,DC=example")
            }
            Self::TechnicalName => format!("Z_{}", joined("_").to_uppercase()),
            Self::Database => format!("R_{}", joined("_").to_uppercase()),
            Self::Slug => joined("-").to_lowercase(),
        }
    }
}

fn data_access(draw: &mut Draw) -> DataAccess {
    let policies = 1 + draw.below(2);
    let categories = 1 + draw.below(3);
    DataAccess {
        policies: POLICIES[..policies]
            .iter()
            .map(|policy| (*policy).into())
            .collect(),
        categories: CATEGORIES[..categories]
            .iter()
            .map(|category| {
                (
                    (*category).into(),
                    u32::try_from(draw.below(400)).unwrap_or_default(),
                )
            })
            .collect(),
        impact: IMPACTS[draw.below(IMPACTS.len())].into(),
    }
}

fn permissions(draw: &mut Draw) -> Vec<Permission> {
    let first = draw.below(TABLES.len());
    (0..3 + draw.below(4))
        .map(|position| Permission {
            id: draw.id(),
            target: Text::new(TABLES[(first + position) % TABLES.len()]),
            rights: draw
                .pick(RIGHTS)
                .iter()
                .map(|right| Text::new(*right))
                .collect(),
        })
        .collect()
}

fn add_profile(draw: &mut Draw, tenant: &mut Tenant, department: &str, suffix: &str) {
    let source = tenant.sources.wrapping(draw.below(SOURCES.len()));
    let of_source: Vec<_> = tenant
        .entitlements
        .iter()
        .filter(|(_, entitlement)| entitlement.source == source)
        .map(|(ix, _)| ix)
        .collect();
    let first = draw.below(of_source.len());
    let profile = AccessProfile {
        id: draw.id(),
        name: Text::new(format!("{department} {suffix}")),
        description: format!(
            "{suffix} for {department} in {}",
            tenant.sources[source].name.as_str()
        )
        .into(),
        privileged: draw.one_in(8),
        cloud_governed: draw.one_in(10),
        end_date: draw.one_in(6).then(|| draw.day(120)),
        owner: (!draw.one_in(5)).then(|| person(draw, tenant)),
        source,
        entitlements: (0..1 + draw.below(3))
            .map(|position| of_source[(first + position) % of_source.len()])
            .collect(),
        created: draw.day(-500),
        modified: draw.day(-60),
    };
    tenant.profiles.push(profile);
}

fn add_role(draw: &mut Draw, tenant: &mut Tenant, department: &str, suffix: &str) {
    let first_profile = draw.below(tenant.profiles.len());
    let first_entitlement = draw.below(tenant.entitlements.len());
    let role = Role {
        id: draw.id(),
        name: Text::new(format!("{department} {suffix}")),
        description: format!("Everything that a {suffix} in {department} starts with").into(),
        privileged: draw.one_in(10),
        owner: (!draw.one_in(5)).then(|| person(draw, tenant)),
        revocable: !draw.one_in(4),
        end_date: draw.one_in(4).then(|| draw.day(200)),
        profiles: (0..1 + draw.below(2))
            .map(|position| tenant.profiles.wrapping(first_profile + position))
            .collect(),
        entitlements: (0..draw.below(3))
            .map(|position| tenant.entitlements.wrapping(first_entitlement + position))
            .collect(),
    };
    tenant.roles.push(role);
}

/// A person other than the administrators, who come first.
fn person(draw: &mut Draw, tenant: &Tenant) -> Ix<Person> {
    loop {
        let ix = tenant.people.wrapping(draw.below(tenant.people.len()));
        let person = &tenant.people[ix];
        if !person.is_machine() && ix != tenant.admin && ix != tenant.cert_admin {
            return ix;
        }
    }
}
