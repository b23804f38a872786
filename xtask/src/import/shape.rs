//! Which keywords of OpenAPI 3.0 are facts, at which position, and in which order the
//! contract has them.
//!
//! Position decides: `description` is prose in a schema and a fact as the name of a
//! property. Each [`Shape`] lists the keywords of one kind of object, in the order in
//! which they are written.

/// The keywords of one kind of object.
#[derive(Debug)]
pub(super) struct Shape {
    /// The object's name, for messages.
    pub(super) name: &'static str,
    /// Where a component is, to which a `$ref` in this position stays a reference. Without one,
    /// what it refers to takes its place.
    pub(super) section: Option<Section>,
    /// Keywords, with blanks between, and what is done with them, in canonical order.
    pub(super) keywords: &'static [(&'static str, Rule)],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Schemas,
    Parameters,
    Responses,
}

#[derive(Debug)]
pub(super) enum Rule {
    /// Kept as it is.
    Fact,
    /// Kept, its items sorted: a set that YAML writes as a list.
    Set,
    /// Left out: words for people.
    Prose,
    /// Words for people, written empty because OpenAPI requires them.
    Blank,
    /// Handled by the caller that asks for the object.
    Elsewhere,
    One(&'static Shape),
    /// One schema, or `true` or `false`.
    SchemaOrBool,
    /// A list whose order is upstream's.
    List(&'static Rule),
    /// Values by name, sorted.
    Map(&'static Rule),
    /// A value that names a schema, as a reference or not.
    SchemaName,
    /// Represents every `x-` keyword that holds facts.
    Extensions,
}

use Rule::{
    Blank, Elsewhere, Extensions, Fact, List, Map, One, Prose, SchemaName, SchemaOrBool, Set,
};

impl Section {
    /// Its name under `components`, and the shape of what is there.
    pub(super) fn named(self) -> (&'static str, &'static Shape) {
        match self {
            Section::Schemas => ("schemas", &SCHEMA),
            Section::Parameters => ("parameters", &PARAMETER),
            Section::Responses => ("responses", &RESPONSE),
        }
    }
}

impl Shape {
    /// What is done with a keyword; nothing for one that OpenAPI 3.0 does not have here.
    pub(super) fn rule(&self, keyword: &str) -> Option<&'static Rule> {
        self.rules()
            .find_map(|(name, rule)| (name == keyword).then_some(rule))
    }

    /// The keywords, each with what is done with it.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&'static str, &'static Rule)> {
        let rows = self.keywords.iter();
        rows.flat_map(|(keywords, rule)| keywords.split(' ').map(move |keyword| (keyword, rule)))
    }
}

/// One [`Shape`] a block: its name in messages, what a `$ref` means, and a rule for keywords.
macro_rules! shapes {
    ($($vis:vis $shape:ident: $name:literal, $section:expr => {
        $($keywords:literal $rule:expr,)*
    })*) => {
        $($vis static $shape: Shape = Shape {
            name: $name,
            section: $section,
            keywords: &[$(($keywords, $rule)),*],
        };)*
    };
}

shapes! {
    // What the roots of one version have in common. Everything else in them is either dealt with on
    // its own or of no interest.
    pub(super) ROOT: "root document", None => {
        "servers" List(&One(&SERVER)),
        "security" List(&Map(&Set)),
        "openapi info paths components" Elsewhere,
        "tags externalDocs" Prose,
    }
    pub(super) PATH_ITEM: "path item", None => {
        "summary description" Prose,
        "servers" List(&One(&SERVER)),
        "x-" Extensions,
        "parameters get post put patch delete head options trace" Elsewhere,
    }
    pub(super) OPERATION: "operation", None => {
        "operationId" Fact,
        "summary description externalDocs" Prose,
        "tags deprecated" Fact,
        "servers" List(&One(&SERVER)),
        "security" List(&Map(&Set)),
        "x-" Extensions,
        "parameters" Elsewhere,
        "requestBody" One(&REQUEST_BODY),
        "responses" Map(&One(&RESPONSE)),
    }
    pub(super) PARAMETER: "parameter", Some(Section::Parameters) => {
        "in name" Fact,
        "description" Prose,
        "required deprecated allowEmptyValue style explode allowReserved" Fact,
        "schema" One(&SCHEMA),
        "content" Map(&One(&MEDIA_TYPE)),
        "example examples" Prose,
        "x-" Extensions,
    }
    REQUEST_BODY: "request body", None => {
        "description" Prose,
        "required" Fact,
        "content" Map(&One(&MEDIA_TYPE)),
        "x-" Extensions,
    }
    RESPONSE: "response", Some(Section::Responses) => {
        "description" Blank,
        "headers" Map(&One(&HEADER)),
        "content" Map(&One(&MEDIA_TYPE)),
        "x-" Extensions,
    }
    HEADER: "header", None => {
        "description" Prose,
        "required deprecated style explode" Fact,
        "schema" One(&SCHEMA),
        "content" Map(&One(&MEDIA_TYPE)),
        "example examples" Prose,
        "x-" Extensions,
    }
    MEDIA_TYPE: "media type", None => {
        "schema" One(&SCHEMA),
        "example examples" Prose,
        "x-" Extensions,
    }
    pub(super) SCHEMA: "schema", Some(Section::Schemas) => {
        "title description externalDocs example examples" Prose,
        "type format nullable readOnly writeOnly deprecated enum default multipleOf" Fact,
        "minimum exclusiveMinimum maximum exclusiveMaximum minLength maxLength pattern" Fact,
        "minItems maxItems uniqueItems minProperties maxProperties" Fact,
        "x-" Extensions,
        "discriminator" One(&DISCRIMINATOR),
        "required" Set,
        "properties" Map(&One(&SCHEMA)),
        "additionalProperties" SchemaOrBool,
        "items" One(&SCHEMA),
        "allOf oneOf anyOf" List(&One(&SCHEMA)),
        "not" One(&SCHEMA),
    }
    DISCRIMINATOR: "discriminator", None => {
        "propertyName" Fact,
        "mapping" Map(&SchemaName),
    }
    pub(super) SERVER: "server", None => {
        "url" Fact,
        "description" Prose,
        "variables" Map(&One(&SERVER_VARIABLE)),
        "x-" Extensions,
    }
    SERVER_VARIABLE: "server variable", None => {
        "enum default" Fact,
        "description" Prose,
        "x-" Extensions,
    }
    pub(super) SECURITY_SCHEME: "security scheme", None => {
        "type" Fact,
        "description" Prose,
        "scheme bearerFormat in name openIdConnectUrl" Fact,
        "flows" One(&FLOWS),
        "x-" Extensions,
    }
    FLOWS: "flows", None => {
        "authorizationCode clientCredentials implicit password" One(&FLOW),
        "x-" Extensions,
    }
    FLOW: "flow", None => {
        "authorizationUrl tokenUrl refreshUrl" Fact,
        "scopes" Map(&Blank),
        "x-" Extensions,
    }
}
