//! The people of the tenant.

use std::collections::HashMap;

use super::draw::Draw;
use super::words::{DEPARTMENTS, FIRST_NAMES, LAST_NAMES, MACHINES};
use crate::state::table::{Ix, Table};
use crate::state::tenant::{Group, Person};
use crate::text::Text;
use crate::view::UserLevel;

const DOMAIN: &str = "northwind.example";
/// How many people report to a manager.
pub(super) const TEAM_SIZE: usize = 8;

/// The people of a data set, with their teams and groups.
pub(super) struct People {
    pub(super) everybody: Table<Person>,
    pub(super) groups: Table<Group>,
    pub(super) admin: Ix<Person>,
    pub(super) cert_admin: Ix<Person>,
    pub(super) teams: Vec<Team>,
    pub(super) machines: Vec<Ix<Person>>,
}

/// A manager and who reports to them.
pub(super) struct Team {
    pub(super) manager: Ix<Person>,
    pub(super) reports: Vec<Ix<Person>>,
}

impl People {
    /// Enough people for `items` items of access.
    pub(super) fn generate(draw: &mut Draw, items: usize) -> Self {
        let mut hiring = Hiring {
            everybody: Table::new(),
            logins: HashMap::new(),
        };
        let admin = hiring.hire(draw, UserLevel::OrgAdmin);
        let cert_admin = hiring.hire(draw, UserLevel::CertAdmin);
        let teams = (items / 80).clamp(24, 12_000);
        let mut managers = vec![admin];
        managers.extend((1..teams).map(|_| hiring.hire(draw, UserLevel::User)));
        let teams: Vec<_> = managers
            .into_iter()
            .map(|manager| Team {
                manager,
                reports: (0..TEAM_SIZE)
                    .map(|_| hiring.hire(draw, UserLevel::User))
                    .collect(),
            })
            .collect();
        let machines = (0..MACHINES.len() * 4)
            .map(|number| {
                let owner = draw.pick(&teams).manager;
                hiring.install(draw, number, owner)
            })
            .collect();
        let mut groups = Table::new();
        for name in ["Finance Control Board", "Security Review Panel"] {
            groups.push(Group {
                id: draw.id(),
                name: Text::new(name),
                members: (0..4).map(|_| draw.pick(&teams[1..]).manager).fold(
                    Vec::new(),
                    |mut members, manager| {
                        if !members.contains(&manager) {
                            members.push(manager);
                        }
                        members
                    },
                ),
            });
        }
        Self {
            everybody: hiring.everybody,
            groups,
            admin,
            cert_admin,
            teams,
            machines,
        }
    }
}

struct Hiring {
    everybody: Table<Person>,
    /// How often each login has been taken: the second Priya Desai becomes priya.desai2.
    logins: HashMap<String, usize>,
}

impl Hiring {
    fn hire(&mut self, draw: &mut Draw, level: UserLevel) -> Ix<Person> {
        let first = draw.pick(FIRST_NAMES);
        let last = draw.pick(LAST_NAMES);
        let department = draw.pick(DEPARTMENTS);
        let login = format!("{first}.{last}").to_lowercase();
        let namesakes = self.logins.entry(login.clone()).or_default();
        *namesakes += 1;
        // Namesakes are distinguished by their department, as in a directory.
        let (name, login) = match *namesakes {
            1 => (format!("{first} {last}"), login),
            number => (
                format!("{first} {last} ({department})"),
                format!("{login}{number}"),
            ),
        };
        let days_ago = 200 + draw.below(2_400);
        self.add(draw, days_ago, name, login, level, None)
    }

    fn install(&mut self, draw: &mut Draw, number: usize, owner: Ix<Person>) -> Ix<Person> {
        let base = MACHINES[number % MACHINES.len()];
        let login = format!("{base}-{:02}", number / MACHINES.len() + 1);
        let days_ago = 100 + draw.below(900);
        self.add(
            draw,
            days_ago,
            login.clone(),
            login,
            UserLevel::User,
            Some(owner),
        )
    }

    fn add(
        &mut self,
        draw: &mut Draw,
        days_ago: usize,
        name: String,
        login: String,
        level: UserLevel,
        machine_owner: Option<Ix<Person>>,
    ) -> Ix<Person> {
        let days_ago = i64::try_from(days_ago).unwrap_or_default();
        self.everybody.push(Person {
            id: draw.id(),
            name: Text::new(name),
            email: Text::new(format!("{login}@{DOMAIN}")),
            created: draw.day(-days_ago),
            modified: draw.day(-days_ago / 10),
            level,
            machine_owner,
        })
    }
}
