//! How much a change matters to a program that uses our crates, and what it asks of those who keep
//! them: one table for changes of operations, one for changes of schemas.

use std::fmt;

use Finder::{Calls, Filters, Limits, Model, Overlays, Simulator};
use Level::{Additive, Breaking, Notice, Source};
use Then::{Listed, Nothing, Stops};

/// How much a change matters. The order is that of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something new.
    Additive,
    /// The same code compiles, and may see something else at run time.
    Notice,
    /// The same bytes, but code may have to be written differently.
    Source,
    /// What worked stops working.
    Breaking,
}

impl Level {
    /// From the worst to the least.
    pub(crate) const ALL: [Level; 4] = [
        Level::Breaking,
        Level::Source,
        Level::Notice,
        Level::Additive,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Level::Breaking => "breaking",
            Level::Source => "source",
            Level::Notice => "notice",
            Level::Additive => "additive",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which way a schema travels. The same edit means one thing in what a client sends and
/// another in what it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    /// A parameter: sent.
    Param,
    /// A request body: sent.
    Request,
    /// A 2xx body: read into types.
    Response,
    /// A header of a 2xx response: nothing of ours reads it by its declaration.
    Header,
    /// The body of any other response: read by hand, whatever it looks like.
    Error,
}

impl Direction {
    /// What the codes of its changes begin with.
    fn prefix(self) -> &'static str {
        match self {
            Direction::Param => "param",
            Direction::Request => "request",
            Direction::Response => "response",
            Direction::Header => "response-header",
            Direction::Error => "error",
        }
    }

    pub(super) fn is_sent(self) -> bool {
        matches!(self, Direction::Param | Direction::Request)
    }
}

/// What a change asks of those who keep the crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// `cargo xtask check` lists what is to do, for as long as it is.
    Listed(Finder),
    /// Another step stops until it is done: which one.
    Stops(&'static str),
    /// Nothing: why.
    Nothing(&'static str),
}

/// Which part of `todo` finds what is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finder {
    /// Operations and parameters that the client offers.
    Calls,
    /// What lists filter and sort by.
    Filters,
    /// Limits and defaults of what is sent.
    Limits,
    /// Fields and values.
    Model,
    /// Sentences and choices of the generator.
    Overlays,
    /// What the simulator speaks.
    Simulator,
}

/// What the table says of a change.
#[derive(Debug)]
pub struct Row<L> {
    /// Its stable word; of a schema, without the direction.
    pub code: &'static str,
    /// How much it matters.
    pub level: L,
    /// Why it matters.
    pub why: &'static str,
    /// What it asks of those who keep the crates.
    pub then: Then,
}

/// One enum, and for each variant its row.
macro_rules! changes {
    (
        $(#[$doc:meta])*
        $name:ident: $levels:ty;
        $($variant:ident: $code:literal, $level:expr, $why:literal => $then:expr;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the table says it")]
        pub enum $name { $($variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What the table says of it.
            pub fn row(self) -> Row<$levels> {
                match self {
                    $(Self::$variant => Row {
                        code: $code,
                        level: $level,
                        why: $why,
                        then: $then,
                    }),*
                }
            }
        }
    };
}

// code, (level where it is sent, level where it is read), why => what it asks of us
changes! {
    /// What can happen to a schema.
    SchemaChange: (Level, Level);
    TypeChanged: "type-changed", (Breaking, Breaking), "another JSON type on the wire"
        => Listed(Model);
    TypeWidened: "type-widened", (Source, Breaking),
        "more types of value than before: a response may hold one that the old type cannot"
        => Listed(Model);
    TypeNarrowed: "type-narrowed", (Breaking, Source),
        "fewer types of value than before: what was sent may be refused" => Listed(Model);
    FormatChanged: "format-changed", (Breaking, Breaking),
        "the same JSON type, written in another way" => Listed(Model);
    FormatWidened: "format-widened", (Source, Breaking),
        "the format promises less: a response may hold what the old type cannot" => Listed(Model);
    FormatNarrowed: "format-narrowed", (Breaking, Source),
        "the format asks for more: what was sent may be refused" => Listed(Model);
    FormatDeclared: "format-declared", (Source, Source),
        "the generated integer or number gets another Rust type" => Listed(Model);
    FormatWordChanged: "format-word-changed", (Notice, Notice),
        "a format that no standard knows: a hint to people" => Nothing("a hint to people");
    BecameNullable: "became-nullable", (Source, Source),
        "the model's fields are options and null lists are empty, so that nothing fails; code that took the value for granted has to be looked at"
        => Nothing("the model's fields may be null, and bodies leave out what they do not have");
    IdBecameNullable: "id-became-nullable", (Source, Breaking),
        "the model promises an id as text, and nearly every call needs one"
        => Nothing("the model's id is empty then, and calls refuse an empty one");
    BecameNotNullable: "became-not-nullable", (Breaking, Additive),
        "null is refused where it was accepted" => Nothing("bodies never have null");
    PropertyRemoved: "property-removed", (Breaking, Breaking), "code that uses it loses it"
        => Listed(Model);
    PropertyAdded: "property-added", (Additive, Additive), "old code goes on without it"
        => Listed(Model);
    RequiredPropertyAdded: "required-property-added", (Breaking, Additive),
        "a request without it is refused" => Listed(Model);
    PropertyBecameRequired: "property-became-required", (Breaking, Additive),
        "a request without it is refused" => Listed(Model);
    PropertyBecameOptional: "property-became-optional", (Source, Source),
        "sent: the field becomes an option; read: the model's fields are options already, but code that took the value for granted has to be looked at"
        => Nothing("the model's fields may be absent, and a body may go on to have it");
    IdBecameOptional: "id-became-optional", (Source, Breaking),
        "the model promises an id as text, and nearly every call needs one"
        => Nothing("the model's id is empty then, and calls refuse an empty one");
    EnumValueAdded: "enum-value-added", (Additive, Notice),
        "it can be sent from now on; read, it is kept as an unrecognized value" => Listed(Model);
    EnumValueRemoved: "enum-value-removed", (Breaking, Source),
        "sent, it is refused; read, it does not come any more and its generated variant is gone"
        => Listed(Model);
    BecameEnum: "became-enum", (Breaking, Source),
        "only certain values from now on, and another Rust type" => Listed(Model);
    EnumDropped: "enum-dropped", (Source, Source), "any text from now on, and another Rust type"
        => Nothing("the model's enumerations keep texts that they do not name");
    LimitTightened: "limit-tightened", (Breaking, Notice),
        "sent, values that were fine are refused; responses are not checked against limits"
        => Listed(Limits);
    LimitLoosened: "limit-loosened", (Additive, Notice),
        "more can be sent; responses are not checked against limits" => Listed(Limits);
    LimitChanged: "limit-changed", (Breaking, Notice), "neither looser nor tighter for certain"
        => Listed(Limits);
    DefaultChanged: "default-changed", (Notice, Notice), "leaving it out means something else"
        => Listed(Limits);
    Deprecated: "property-deprecated", (Notice, Notice), "it is to go" => Listed(Model);
    Undeprecated: "property-undeprecated", (Additive, Additive), "it is to stay"
        => Nothing("its documentation may say less");
    ReadOnlyChanged: "read-only-changed", (Notice, Notice),
        "whether the service reads it from requests changed"
        => Nothing("what is received and what is sent have types of their own");
    WriteOnlyChanged: "write-only-changed", (Notice, Notice), "whether responses have it changed"
        => Nothing("what is received and what is sent have types of their own");
    OtherPropertiesForbidden: "other-properties-forbidden", (Breaking, Additive),
        "a request with undeclared properties is refused"
        => Nothing("bodies have declared properties only");
    OtherPropertiesAllowed: "other-properties-allowed", (Additive, Additive),
        "responses are read with whatever they have"
        => Nothing("responses keep what they have in `extra`");
    VariantAdded: "variant-added", (Additive, Notice), "one more shape"
        => Nothing("of several shapes, an overlay has decided what is read");
    VariantRemoved: "variant-removed", (Breaking, Source), "one shape less"
        => Nothing("of several shapes, an overlay has decided what is read");
    DiscriminatorChanged: "discriminator-changed", (Breaking, Breaking),
        "shapes are told apart in another way"
        => Nothing("of several shapes, an overlay has decided what is read");
    ExclusionChanged: "exclusion-changed", (Breaking, Notice), "what a value must not be changed"
        => Nothing("no body has a schema with `not`, and responses are not checked");
    SchemaRenamed: "schema-renamed", (Source, Source),
        "the same on the wire; the generated type has another name" => Listed(Overlays);
    TypeReplaced: "type-replaced", (Source, Source),
        "another generated type; what differs on the wire is listed apart"
        => Nothing("certs-raw follows; what differs in JSON is listed apart");
    ExtensionChanged: "extension-changed", (Additive, Additive),
        "an `x-` keyword of the vendor's; nothing of ours reads it" => Nothing("nothing reads it");
}

impl SchemaChange {
    /// Its stable word, which says the direction as well.
    pub(super) fn code(self, direction: Direction) -> String {
        format!("{}-{}", direction.prefix(), self.row().code)
    }

    /// How much it matters. What only errors and headers have is never more than a
    /// notice: errors are read by hand from whatever comes.
    pub(super) fn level(self, direction: Direction) -> Level {
        let (sent, read) = self.row().level;
        match direction {
            Direction::Param | Direction::Request => sent,
            Direction::Response => read,
            Direction::Header | Direction::Error => read.min(Level::Notice),
        }
    }

    /// What it asks of those who keep the crates.
    pub(super) fn then(self, direction: Direction) -> Then {
        let then = self.row().then;
        match direction {
            Direction::Error => Nothing("errors are read from whatever comes"),
            Direction::Header => Nothing("headers are read as they come, declared or not"),
            // Nothing checks responses against limits.
            Direction::Response if then == Listed(Limits) => {
                Nothing("responses are not checked against limits")
            }
            Direction::Param if then == Listed(Model) => match self {
                Self::EnumValueAdded | Self::EnumValueRemoved | Self::BecameEnum => Listed(Calls),
                _ => Stops("certs does not compile until it sends the new type"),
            },
            _ => then,
        }
    }
}

changes! {
    /// What can happen to an operation, its parameters, bodies and responses, or to the document.
    OperationChange: Level;
    OperationRemoved: "operation-removed", Breaking, "calls of it fail"
        => Stops("import refuses the release until the manifest follows");
    OperationAdded: "operation-added", Additive, "one more call" => Listed(Calls);
    OperationMoved: "operation-moved", Breaking, "calls to the old path fail"
        => Stops("import refuses the release until the manifest follows");
    OperationIdChanged: "operation-id-changed", Source,
        "the same call; the generated method has another name" => Listed(Calls);
    OperationDeprecated: "operation-deprecated", Notice, "it is to go" => Listed(Calls);
    OperationUndeprecated: "operation-undeprecated", Additive, "it is to stay"
        => Nothing("its documentation may say less");
    SecurityChanged: "security-changed", Notice, "a token may need other scopes"
        => Listed(Simulator);
    UserLevelsChanged: "user-levels-changed", Notice, "other users than before may call it"
        => Nothing("a token's user is not known to the client; the changelog says it");
    ExtensionChanged: "extension-changed", Additive,
        "an `x-` keyword of the vendor's; nothing of ours reads it" => Nothing("nothing reads it");
    ServersChanged: "servers-changed", Notice, "requests may have to go elsewhere"
        => Nothing("the address is the user's to give");
    SecuritySchemeChanged: "security-scheme-changed", Notice, "tokens may come from elsewhere"
        => Listed(Simulator);
    ParamRemoved: "param-removed", Breaking, "code that sets it loses it"
        => Stops("certs does not compile until it does without");
    ParamAdded: "param-added", Additive, "old code goes on without it" => Listed(Calls);
    RequiredParamAdded: "required-param-added", Breaking, "a call without it is refused"
        => Listed(Calls);
    ParamBecameRequired: "param-became-required", Breaking, "a call without it is refused"
        => Listed(Calls);
    ParamBecameOptional: "param-became-optional", Additive, "it may be left out"
        => Nothing("a call may go on to send it");
    ParamStyleChanged: "param-style-changed", Breaking, "its values are written in another way"
        => Nothing("certs-raw writes it, or the generator says that it cannot");
    ParamDeprecated: "param-deprecated", Notice, "it is to go" => Listed(Calls);
    ParamUndeprecated: "param-undeprecated", Additive, "it is to stay"
        => Nothing("its documentation may say less");
    PathParamRenamed: "path-param-renamed", Source,
        "the same path; the generated builder's method has another name"
        => Stops("certs does not compile until it does without");
    FilterFieldRemoved: "filter-field-removed", Notice, "a filter with it is refused at run time"
        => Listed(Filters);
    FilterFieldAdded: "filter-field-added", Additive, "one more field to filter by"
        => Listed(Filters);
    FilterOperatorRemoved: "filter-operator-removed", Notice,
        "a filter with it is refused at run time" => Listed(Filters);
    FilterOperatorAdded: "filter-operator-added", Additive, "one more comparison"
        => Listed(Filters);
    SorterRemoved: "sorter-removed", Notice, "a list in that order is refused at run time"
        => Listed(Filters);
    SorterAdded: "sorter-added", Additive, "one more order" => Listed(Filters);
    FilterCompositeRestricted: "filter-composite-restricted", Notice,
        "comparisons can be joined in fewer ways" => Listed(Filters);
    FilterCompositeExtended: "filter-composite-extended", Additive,
        "comparisons can be joined in more ways" => Listed(Filters);
    RequestBodyAdded: "request-body-added", Additive, "it may be left out" => Listed(Calls);
    RequiredRequestBodyAdded: "required-request-body-added", Breaking,
        "a call without a body is refused" => Listed(Calls);
    RequestBodyRemoved: "request-body-removed", Breaking, "what was sent is not read any more"
        => Stops("certs does not compile until it does without");
    RequestBodyBecameRequired: "request-body-became-required", Breaking,
        "a call without a body is refused" => Nothing("a call that has a body always sends it");
    RequestBodyBecameOptional: "request-body-became-optional", Source,
        "the generated call may go without one" => Nothing("a call may go on to send it");
    RequestContentTypeRemoved: "request-content-type-removed", Breaking, "what was sent is refused"
        => Stops("the generator refuses it until an overlay says what is sent");
    RequestContentTypeAdded: "request-content-type-added", Additive, "one more way to send it"
        => Nothing("JSON is sent as before");
    SuccessStatusRemoved: "success-status-removed", Breaking,
        "the response that the client waits for does not come any more" => Listed(Simulator);
    SuccessStatusAdded: "success-status-added", Notice,
        "until it is generated anew, a client takes this success for an unexpected response"
        => Listed(Simulator);
    ErrorStatusRemoved: "error-status-removed", Notice,
        "a failure is reported in another way, or not at all"
        => Nothing("every failure is handled, declared or not");
    ErrorStatusAdded: "error-status-added", Additive, "every failure is handled, declared or not"
        => Nothing("every failure is handled, declared or not");
    ResponseBodyRemoved: "response-body-removed", Breaking, "there is nothing to read any more"
        => Listed(Calls);
    ResponseBodyAdded: "response-body-added", Source, "the generated call returns something"
        => Nothing("a call whose response is not read goes on so");
    ResponseContentTypeRemoved: "response-content-type-removed", Breaking,
        "the response comes in another form" => Listed(Calls);
    ResponseContentTypeAdded: "response-content-type-added", Additive,
        "the response can come in one more form" => Nothing("JSON is read as before");
    ErrorBodyChanged: "error-body-changed", Notice, "errors are read from whatever comes"
        => Nothing("errors are read from whatever comes");
    ResponseHeaderRemoved: "response-header-removed", Notice, "code that reads it finds nothing"
        => Nothing("headers are read as they come, declared or not");
    ResponseHeaderAdded: "response-header-added", Additive, "one more to read"
        => Nothing("headers are read as they come, declared or not");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let schema = SchemaChange::ALL
            .iter()
            .flat_map(|change| [Direction::Request, Direction::Response].map(|d| change.code(d)));
        let operation = OperationChange::ALL
            .iter()
            .map(|change| change.row().code.to_owned());
        let codes: Vec<_> = schema.chain(operation).collect();
        let unique: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(codes.len(), unique.len());
        for code in codes {
            assert!(
                code.chars()
                    .all(|char| char.is_ascii_lowercase() || char == '-'),
                "{code}"
            );
        }
    }
}
