//! Turns one line for each field into a function, a type, the access to records, and a row in the
//! table.

/// Declares the vocabularies of all endpoints. An endpoint is a module,
///
/// ```text
/// mod name for Endpoint of Record = "operationId" {..}
/// ```
///
/// with `, combined once` if a filter takes at most one `and` or `or`, and `, beside name`
/// if the list takes something by a method of that name. A field is one line,
///
/// ```text
/// function: ValueType => "wire.name" [operators] sort = |record| its_value;
/// ```
///
/// which has `sort` only if lists can be sorted by the field. `= not_in_record` declares a field
/// that records do not carry. A field that is only for sorting has neither type nor operators nor
/// value.
///
/// A field becomes a function and, under the same name, a type: the compiler then names
/// the field in its messages by the path that the caller wrote.
macro_rules! vocabulary {
    ($(
        $(#[$contract_doc:meta])*
        $visibility:vis mod $contract_module:ident = $contract:literal at $path:literal {
            $(
                $(#[$doc:meta])*
                mod $module:ident for $endpoint:ident of $record:ident = $operation:literal
                    $(, combined $once:ident)? $(, beside $($parameter:ident)+)?
                {
                    $(
                        $(#[$field_doc:meta])*
                        $field:ident $(: $value:ident)? => $wire:literal
                            $([$($operator:tt),+])? $($sort:ident)?
                            $(= $not_held:ident)? $(= |$held:ident| $held_value:expr)?;
                    )+
                }
            )+
        }
    )+) => {
        /// The endpoints, by the names of their types.
        #[cfg(test)]
        pub(super) const ENDPOINTS: &[&str] = &[$($(stringify!($endpoint)),+),+];

        $($(
            impl Endpoint for $crate::filter::endpoint::$endpoint {
                type Record = $crate::model::$record;

                const VOCABULARY: &'static EndpointVocabulary = &EndpointVocabulary {
                    fields: &[$(FieldVocabulary {
                        name: $wire,
                        operators: &[$($(stringify!($operator)),+)?],
                        sortable: vocabulary_flag!($($sort)?),
                        values: vocabulary_value!(values $($value)?),
                    }),+],
                    parameters: &[$($(stringify!($parameter)),+)?],
                    combines_once: vocabulary_flag!($($once)?),
                };

                fn value<'a>(
                    record: &'a Self::Record,
                    field: &str,
                ) -> Option<FieldValue<'a>> {
                    match field {
                        $($wire => vocabulary_record!(
                            record [$($($operator)+)?] $(|$held| $held_value)? $($not_held)?
                        ),)+
                        _ => None,
                    }
                }
            }
        )+)+

        $(
            $(#[$contract_doc])*
            $visibility mod $contract_module {
                $(
                    $(#[$doc])*
                    pub mod $module {
                        $(
                            $(#[$field_doc])*
                            ///
                            #[doc = concat!("On the wire: `", $wire, "`. It has")]
                            ///
                            $($(#[doc = vocabulary_operator!(link $operator)])+)?
                            $(#[doc = vocabulary_sorter!(doc $sort)])?
                            ///
                            /// ```
                            #[doc = concat!("use ", $path, "::", stringify!($module), ";")]
                            #[doc = vocabulary_value!(import $($value)?)]
                            ///
                            #[doc = concat!(
                                "let example = ",
                                stringify!($module), "::", stringify!($field), "()",
                                vocabulary_value!(call $($value)? [$($($operator)+)?]), ";",
                            )]
                            #[doc = concat!(
                                "assert_eq!(example.to_string(), r#\"",
                                vocabulary_value!(wire $($value)? $wire [$($($operator)+)?]),
                                "\"#);",
                            )]
                            /// ```
                            pub const fn $field() -> $crate::filter::Field<$field> {
                                $crate::filter::Field::new()
                            }

                            #[doc(hidden)]
                            #[allow(non_camel_case_types, reason = "named after the function")]
                            #[derive(Clone, Copy, Debug)]
                            pub enum $field {}

                            impl $crate::filter::field::FieldKind for $field {
                                type Endpoint = $crate::filter::endpoint::$endpoint;
                                type Value = vocabulary_value!(type $($value)?);
                                const NAME: &'static str = $wire;
                            }

                            $($(vocabulary_operator!(impl $operator $field);)+)?
                            $(vocabulary_sorter!(impl $sort $field);)?
                        )+
                    }
                )+
            }
        )+
    };
}

/// Whether the declaration has a word.
macro_rules! vocabulary_flag {
    () => {
        false
    };
    (sort) => {
        true
    };
    (once) => {
        true
    };
}

/// The value of a record's field.
macro_rules! vocabulary_record {
    ($record:ident []) => {
        None
    };
    ($record:ident [$($operator:tt)+] not_in_record) => {
        None
    };
    ($record:ident [$($operator:tt)+] |$held:ident| $value:expr) => {{
        let $held = $record;
        Some($value.into())
    }};
    ($record:ident [$($operator:tt)+]) => {
        compile_error!(
            "say where records have this field: `= |record| value`, or `= not_in_record`"
        )
    };
}

/// Expands the word `sort`: a remark in the docs, and a capability.
macro_rules! vocabulary_sorter {
    (doc sort) => {
        "- [`asc`](crate::filter::Field::asc), [`desc`](crate::filter::Field::desc)"
    };
    (impl sort $field:ident) => {
        impl $crate::filter::field::Sortable for $field {}
    };
}

/// The capability and the method of each operator of the grammar.
macro_rules! vocabulary_operator {
    (impl eq $field:ident) => {
        impl $crate::filter::field::SupportsEq for $field {}
    };
    (impl ne $field:ident) => {
        impl $crate::filter::field::SupportsNe for $field {}
    };
    (impl in $field:ident) => {
        impl $crate::filter::field::SupportsIn for $field {}
    };
    (impl sw $field:ident) => {
        impl $crate::filter::field::SupportsStartsWith for $field {}
    };
    // The four come together.
    (impl lt $field:ident) => {
        impl $crate::filter::field::SupportsOrder for $field {}
    };
    (impl le $field:ident) => {};
    (impl gt $field:ident) => {};
    (impl ge $field:ident) => {};
    (impl ca $field:ident) => {
        impl $crate::filter::field::SupportsContainsAll for $field {}
    };
    (link eq) => {
        "- [`eq`](crate::filter::Field::eq)"
    };
    (link ne) => {
        "- [`ne`](crate::filter::Field::ne)"
    };
    (link in) => {
        "- [`is_in`](crate::filter::Field::is_in)"
    };
    (link sw) => {
        "- [`starts_with`](crate::filter::Field::starts_with)"
    };
    (link lt) => {
        "- [`less_than`](crate::filter::Field::less_than)"
    };
    (link le) => {
        "- [`at_most`](crate::filter::Field::at_most)"
    };
    (link gt) => {
        "- [`greater_than`](crate::filter::Field::greater_than)"
    };
    (link ge) => {
        "- [`at_least`](crate::filter::Field::at_least)"
    };
    (link ca) => {
        "- [`contains_all`](crate::filter::Field::contains_all)"
    };
}

/// The types that fields are compared with, and an example of each: an import, a call, and what the
/// call writes.
macro_rules! vocabulary_value {
    (type) => { ::std::convert::Infallible };
    (type bool) => { bool };
    (type String) => { String };
    (type $model:ident) => { $crate::model::$model };

    (values) => { Values::Text };
    (values bool) => { Values::Bool };
    (values String) => { Values::Text };
    (values Id) => { Values::Id };
    (values $model:ident) => { Values::Enumeration($crate::model::$model::KNOWN) };

    (import) => { "#" };
    (import bool) => { "#" };
    (import String) => { "#" };
    (import Id) => { "#" };
    (import $model:ident) => { concat!("use certs::model::", stringify!($model), ";") };

    (call []) => { ".desc()" };
    (call String [ca]) => { ".contains_all([\"abc\"])" };
    (call $value:ident [eq $($more:tt)*]) => {
        concat!(".eq(", vocabulary_value!(rust $value), ")")
    };

    (wire $wire:literal []) => { concat!("-", $wire) };
    (wire String $wire:literal [ca]) => { concat!($wire, " ca (\"abc\")") };
    (wire $value:ident $wire:literal [eq $($more:tt)*]) => {
        concat!($wire, " eq ", vocabulary_value!(literal $value))
    };

    (rust bool) => { "true" };
    (rust String) => { "\"abc\"" };
    (rust Id) => { "\"abc\"" };
    (rust Phase) => { "Phase::Active" };
    (rust ObjectType) => { "ObjectType::Role" };
    (rust CampaignStatus) => { "CampaignStatus::Active" };
    (rust CampaignType) => { "CampaignType::Search" };
    (rust TaskType) => { "TaskType::Reassign" };

    (literal bool) => { "true" };
    (literal String) => { "\"abc\"" };
    (literal Id) => { "\"abc\"" };
    (literal Phase) => { "\"ACTIVE\"" };
    (literal ObjectType) => { "\"ROLE\"" };
    (literal CampaignStatus) => { "\"ACTIVE\"" };
    (literal CampaignType) => { "\"SEARCH\"" };
    (literal TaskType) => { "\"REASSIGN\"" };
}
