//! The model's enumerations: those of `certs-raw`, with a JSON Schema.

/// [`certs_raw::open_enum!`] for an enum whose docs also become the description in its JSON Schema.
macro_rules! open_enum {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident { $($variants:tt)+ }
    ) => {
        ::certs_raw::open_enum! {
            $(#[doc = $doc])+
            pub enum $name { $($variants)+ }
        }

        impl $crate::model::field::FromJson for $name {
            fn from_text(text: &str) -> ::std::result::Result<Self, ::serde_json::Value> {
                Ok(Self::from_known(text).unwrap_or_else(|| Self::Unrecognized(text.to_owned())))
            }
        }

        #[automatically_derived]
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $crate::model::schema::open_enum(&[$($doc),+], Self::KNOWN)
            }
        }
    };
}
pub(super) use open_enum;

#[cfg(test)]
#[cfg(feature = "schemars")]
mod tests {
    use crate::model::Phase;

    #[test]
    fn the_schema_lists_the_known_values_and_stays_open() {
        let schema = schemars::schema_for!(Phase);
        assert_eq!(schema.get("title").unwrap(), "Phase");
        assert_eq!(
            schema.get("description").unwrap(),
            "The phase of a certification."
        );
        assert_eq!(
            schema.get("anyOf").unwrap(),
            &serde_json::json!([
                { "type": "string", "enum": ["STAGED", "ACTIVE", "SIGNED"] },
                { "type": "string" },
            ])
        );
    }
}
