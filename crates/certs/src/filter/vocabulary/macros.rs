//! From one line a field to a function, a type and the constants about it.

/// Declares the vocabularies of all endpoints. A field is one line,
///
/// ```text
/// function: ValueType => "wire.name" [operators] -> Term sort;
/// ```
///
/// where `-> Term` stands only where a comparison makes something other than a
/// `Filter`, and `sort` only where lists can be sorted by the field. A field that is
/// only for sorting has the value type `SortOnly` and no operators.
///
/// A field becomes a function and, under the same name, a type: the compiler then names
/// the field in its messages by the path that the caller wrote.
macro_rules! vocabulary {
    ($(
        $(#[$version_doc:meta])*
        $visibility:vis mod $version_module:ident = $version:literal at $path:literal {
            $(
                $(#[$doc:meta])*
                mod $module:ident for $endpoint:ident = $operation:literal {
                    $(
                        $(#[$field_doc:meta])*
                        $field:ident: $value:ident => $wire:literal [$($operator:tt),*]
                            $(-> $term:ident)? $($sort:ident)?;
                    )+
                }
            )+
        }
    )+) => {
        /// What every endpoint of every version filters and sorts by.
        ///
        /// ```
        /// let certifications = &certs::filter::VOCABULARY[0];
        /// assert_eq!(certifications.version, "v3");
        /// assert_eq!(certifications.operation_id, "listIdentityCertifications");
        /// assert_eq!(certifications.filters[0], ("id", &["eq", "in"][..]));
        /// assert_eq!(certifications.sorters, ["due", "name", "signed"]);
        /// ```
        pub const VOCABULARY: &[EndpointVocabulary] = &[$($(
            <$crate::filter::endpoint::$endpoint as $crate::filter::endpoint::Endpoint>::VOCABULARY,
        )+)+];

        $(
            $(#[$version_doc])*
            $visibility mod $version_module {
                $(
                    impl $crate::filter::vocabulary::Sealed for $crate::filter::endpoint::$endpoint {}

                    impl $crate::filter::endpoint::Endpoint for $crate::filter::endpoint::$endpoint {
                        const VOCABULARY: $crate::filter::EndpointVocabulary =
                            $crate::filter::EndpointVocabulary {
                                version: $version,
                                operation_id: $operation,
                                filters: vocabulary_filters!([] $($wire [$($operator)*])+),
                                sorters: &[$($(vocabulary_sorter!($sort $wire),)?)+],
                            };
                    }

                    impl $crate::filter::rule::Rules for $crate::filter::endpoint::$endpoint {
                        const RULES: &'static [$crate::filter::rule::Rule] = vocabulary_rules!(
                            [] $($wire $value [$($operator)*] [$($term)?])+
                        );
                    }

                    $(#[$doc])*
                    pub mod $module {
                        $(
                            $(#[$field_doc])*
                            ///
                            #[doc = concat!("On the wire: `", $wire, "`. It has")]
                            ///
                            $(#[doc = vocabulary_operator!(link $operator)])*
                            $(#[doc = vocabulary_sorter!(doc $sort)])?
                            ///
                            /// ```
                            #[doc = concat!("use ", $path, "::", stringify!($module), ";")]
                            #[doc = vocabulary_value!(import $value)]
                            ///
                            #[doc = concat!(
                                "let example = ",
                                stringify!($module), "::", stringify!($field), "()",
                                vocabulary_value!(call $value [$($operator)*]), ";",
                            )]
                            #[doc = concat!(
                                "assert_eq!(example.to_string(), r#\"",
                                vocabulary_value!(wire $value $wire [$($operator)*]),
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

                            impl $crate::filter::vocabulary::Sealed for $field {}

                            impl $crate::filter::FieldKind for $field {
                                type Endpoint = $crate::filter::endpoint::$endpoint;
                                type Value = vocabulary_value!(type $value);
                                type Term = vocabulary_term!($endpoint $($term)?);
                                const NAME: &'static str = $wire;
                            }

                            $(vocabulary_operator!(impl $operator $field);)*
                            $(vocabulary_sorter!(impl $sort $field);)?
                        )+
                    }
                )+
            }
        )+
    };
}

/// The wire names of the fields that have operators, each with them.
macro_rules! vocabulary_filters {
    ([$($done:tt)*]) => { &[$($done)*] };
    ([$($done:tt)*] $wire:literal [] $($rest:tt)*) => {
        vocabulary_filters!([$($done)*] $($rest)*)
    };
    ([$($done:tt)*] $wire:literal [$($operator:tt)+] $($rest:tt)*) => {
        vocabulary_filters!([$($done)* ($wire, &[$(stringify!($operator)),+]),] $($rest)*)
    };
}

/// The fields that have operators, as data for the parser.
macro_rules! vocabulary_rules {
    ([$($done:tt)*]) => { &[$($done)*] };
    ([$($done:tt)*] $wire:literal $value:ident [] [] $($rest:tt)*) => {
        vocabulary_rules!([$($done)*] $($rest)*)
    };
    (
        [$($done:tt)*]
        $wire:literal $value:ident [$($operator:tt)+] [$($term:ident)?] $($rest:tt)*
    ) => {
        vocabulary_rules!(
            [
                $($done)*
                $crate::filter::rule::Rule {
                    field: $wire,
                    operators: &[$(stringify!($operator)),+],
                    values: vocabulary_value!(values $value),
                    combines: vocabulary_combines!($($term)?),
                },
            ]
            $($rest)*
        )
    };
}

/// A comparison that makes something other than a `Filter` combines once.
macro_rules! vocabulary_combines {
    () => {
        $crate::filter::rule::Combines::Freely
    };
    ($term:ident) => {
        $crate::filter::rule::Combines::Once
    };
}

/// What the flag `sort` means: a wire name in the table, a remark in the docs, a
/// capability.
macro_rules! vocabulary_sorter {
    (sort $wire:literal) => {
        $wire
    };
    (doc sort) => {
        "- [`asc`](crate::filter::Field::asc), [`desc`](crate::filter::Field::desc)"
    };
    (impl sort $field:ident) => {
        impl $crate::filter::Sortable for $field {}
    };
}

/// The capability and the method of each operator of the grammar.
macro_rules! vocabulary_operator {
    (impl eq $field:ident) => {
        impl $crate::filter::SupportsEq for $field {}
    };
    (impl ne $field:ident) => {
        impl $crate::filter::SupportsNe for $field {}
    };
    (impl in $field:ident) => {
        impl $crate::filter::SupportsIn for $field {}
    };
    (impl sw $field:ident) => {
        impl $crate::filter::SupportsStartsWith for $field {}
    };
    (impl ca $field:ident) => {
        impl $crate::filter::SupportsContainsAll for $field {}
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
    (link ca) => {
        "- [`contains_all`](crate::filter::Field::contains_all)"
    };
}

/// What a comparison makes.
macro_rules! vocabulary_term {
    ($endpoint:ident) => { $crate::filter::Filter<$crate::filter::endpoint::$endpoint> };
    ($endpoint:ident $term:ident) => {
        $crate::filter::$term<$crate::filter::endpoint::$endpoint>
    };
}

/// The types that fields are compared with, and what an example of each looks like: an
/// import, a call, and what the call writes.
macro_rules! vocabulary_value {
    (type bool) => { bool };
    (type String) => { String };
    (type SortOnly) => { $crate::filter::SortOnly };
    (type $model:ident) => { $crate::model::$model };

    (values bool) => { $crate::filter::rule::Values::Bool };
    (values String) => { $crate::filter::rule::Values::Text };
    (values $model:ident) => {
        $crate::filter::rule::Values::Enumeration($crate::model::$model::KNOWN)
    };

    (import bool) => { "#" };
    (import String) => { "#" };
    (import SortOnly) => { "#" };
    (import $model:ident) => { concat!("use certs::model::", stringify!($model), ";") };

    (call SortOnly []) => { ".desc()" };
    (call String [ca]) => { ".contains_all([\"abc\"])" };
    (call $value:ident [eq $($more:tt)*]) => {
        concat!(".eq(", vocabulary_value!(rust $value), ")")
    };

    (wire SortOnly $wire:literal []) => { concat!("-", $wire) };
    (wire String $wire:literal [ca]) => { concat!($wire, " ca (\"abc\")") };
    (wire $value:ident $wire:literal [eq $($more:tt)*]) => {
        concat!($wire, " eq ", vocabulary_value!(literal $value))
    };

    (rust bool) => { "true" };
    (rust String) => { "\"abc\"" };
    (rust Phase) => { "Phase::Active" };
    (rust ObjectType) => { "ObjectType::Role" };
    (rust CampaignType) => { "CampaignType::Search" };
    (rust TaskType) => { "TaskType::Reassign" };

    (literal bool) => { "true" };
    (literal String) => { "\"abc\"" };
    (literal Phase) => { "\"ACTIVE\"" };
    (literal ObjectType) => { "\"ROLE\"" };
    (literal CampaignType) => { "\"SEARCH\"" };
    (literal TaskType) => { "\"REASSIGN\"" };
}
