//! The handbook. Its pages are in reading order for newcomers. Every block of code compiles, and
//! runs on the simulator where it can.
//!
//! | page | about |
//! |---|---|
//! | [`quick_start`] | a first program, and the terms |
//! | [`authentication`] | credentials, tokens, secrets |
//! | [`finding`] | lists, filters, pages and streams |
//! | [`deciding`] | policies, dry runs, outcomes |
//! | [`reassigning`] | giving items to another reviewer |
//! | [`signing_off`] | the step that cannot be undone |
//! | [`recovery`] | when the program dies: journal and resume |
//! | [`cancellation`] | what a dropped future leaves |
//! | [`campaigns`] | creating, activating, following and completing campaigns |
//! | [`evidence`] | files that an auditor accepts |
//! | [`errors`] | kinds, and troubleshooting |
//! | [`limits`] | rate limit, retries, timeouts |
//! | [`observing`] | spans, events and counters |
//! | [`testing`] | the simulator, faults, and time |
//! | [`versions`] | V3, the yearly versions, V1 and beta |
//! | [`migration`] | from the vendor's SDKs |
//! | [`faq`] | frequently asked questions |

macro_rules! pages {
    ($($page:ident),+ $(,)?) => {
        $(
            #[doc = include_str!(concat!("guide/", stringify!($page), ".md"))]
            pub mod $page {}
        )+
    };
}

pages!(
    quick_start,
    authentication,
    finding,
    deciding,
    reassigning,
    signing_off,
    recovery,
    cancellation,
    campaigns,
    evidence,
    errors,
    limits,
    observing,
    testing,
    versions,
    migration,
    faq,
);
