//! The client and its types, by progenitor.

mod bodies;
mod examples;
mod requests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context, Result, anyhow};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};

use crate::deep_stack;
use crate::normalise::{Normalised, OpenEnum};

/// Formatted source of the module: client, types and operations' builders, without the enums.
pub(super) fn source(version: &str, normalised: &Normalised) -> Result<String> {
    let document: OpenAPI = serde_json::from_value(normalised.document.clone())
        .context("the normalised contract is not OpenAPI 3.0")?;
    let tokens = tokens(version, &normalised.enums, &document)?;
    let mut file: syn::File =
        syn::parse2(tokens).context("the generator's output is not valid Rust")?;
    examples::are_text(&mut file);
    bodies::are_structs(&mut file, &normalised.requests)?;
    requests::split_from_sending(&mut file, version, &normalised.document)?;
    Ok(prettyplease::unparse(&file))
}

/// Runs the generator. It panics where it meets something that it does not expect, so it
/// has a thread of its own; a deep schema gets a deep stack.
fn tokens(version: &str, enums: &[OpenEnum], document: &OpenAPI) -> Result<TokenStream> {
    // Tokens cannot leave their thread; their text can.
    let generate = || -> Result<String> {
        let mut generator = Generator::new(&settings(version, enums)?);
        let tokens = generator
            .generate_tokens(document)
            .map_err(|error| anyhow!("the generator refuses it: {error}"))?;
        Ok(tokens.to_string())
    };
    let outcome = deep_stack::with(|| catch_unwind(AssertUnwindSafe(generate)));
    let text = match outcome {
        Ok(generated) => generated?,
        Err(panic) => {
            let message = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("without a message");
            return Err(anyhow!(
                "the generator panicked: {message}. Teach `xtask/src/normalise` to take what it \
                 stumbled over out of its way, or take it out with an overlay"
            ));
        }
    };
    text.parse()
        .map_err(|error| anyhow!("the generator's output is not valid Rust: {error}"))
}

fn settings(version: &str, enums: &[OpenEnum]) -> Result<GenerationSettings> {
    let inner: proc_macro2::TokenStream = "crate::Inner"
        .parse()
        .map_err(|error| anyhow::anyhow!("the path of the inner type does not parse: {error}"))?;
    let mut settings = GenerationSettings::new();
    settings
        // A positional call changes with every new parameter; a builder gains a method.
        .with_interface(InterfaceStyle::Builder)
        .with_tag(TagStyle::Merged)
        .with_inner_type(inner)
        .with_map_type("::serde_json::Map")
        .with_derive("PartialEq");
    for open in enums {
        let path = format!("crate::{version}::enums::{}", open.name);
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_replacement(&open.name, path, impls.into_iter());
    }
    Ok(settings)
}

fn module<'a>(items: &'a mut [syn::Item], name: &str) -> Option<&'a mut Vec<syn::Item>> {
    items.iter_mut().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == name => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

fn self_name(item: &syn::ItemImpl) -> Option<&syn::Ident> {
    match &*item.self_ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}
