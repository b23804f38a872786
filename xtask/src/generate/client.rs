//! The client and its types, by progenitor.

use anyhow::{Context, Result, bail};
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle, TypeImpl};
use syn::visit_mut::{self, VisitMut};

use crate::normalise::{Normalised, OpenEnum, Rename};

/// Formatted source of the module: client, types and builders, without the enums.
pub(super) fn source(version: &str, normalised: &Normalised) -> Result<String> {
    let document: OpenAPI = serde_json::from_value(normalised.document.clone())
        .context("the normalised contract is not OpenAPI 3.0")?;
    let tokens =
        Generator::new(&settings(version, &normalised.enums)?).generate_tokens(&document)?;
    let mut file: syn::File =
        syn::parse2(tokens).context("the generator's output is not valid Rust")?;
    drop_constructor(&mut file);
    drop_builders_of_answers(&mut file, &normalised.requests);
    for rename in &normalised.renames {
        put_wire_name_back(&mut file, rename)?;
    }
    Ok(prettyplease::unparse(&file))
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
        // Requests leave through `Execute` and in no other way.
        .with_hooks(HooksMode::Expected)
        .with_map_type("::serde_json::Map")
        .with_derive("PartialEq");
    for open in enums {
        let path = format!("crate::{version}::enums::{}", open.name);
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_replacement(&open.name, path, impls.into_iter());
    }
    Ok(settings)
}

/// Drops `Client::new`, which sets up an HTTP client of its own, and panics if it cannot.
/// Requests leave through `Execute`; `new_with_client` is handed the one that builds them.
fn drop_constructor(file: &mut syn::File) {
    for item in &mut file.items {
        if let syn::Item::Impl(item) = item
            && item.trait_.is_none()
            && self_name(item).is_some_and(|name| name == "Client")
        {
            item.items.retain(
                |item| !matches!(item, syn::ImplItem::Fn(function) if function.sig.ident == "new"),
            );
        }
    }
}

/// Drops the builders of types that only the service constructs.
///
/// The builder interface makes one for every type: half of the generated source, and
/// compile time that each user pays for.
fn drop_builders_of_answers(file: &mut syn::File, requests: &[String]) {
    // An inline object of a request is named after it, with its property at the end.
    let is_sent = |name: &syn::Ident| {
        let name = name.to_string();
        requests
            .iter()
            .any(|request| name.starts_with(request.as_str()))
    };
    let Some(types) = module(&mut file.items, "types") else {
        return;
    };
    types.retain(|item| match item {
        syn::Item::Impl(item) if item.trait_.is_none() && is_only_builder(item) => {
            self_name(item).is_some_and(&is_sent)
        }
        _ => true,
    });
    let Some(builders) = module(types, "builder") else {
        return;
    };
    builders.retain(|item| match item {
        syn::Item::Struct(item) => is_sent(&item.ident),
        syn::Item::Impl(item) => self_name(item).is_some_and(&is_sent),
        _ => true,
    });
}

fn module<'a>(items: &'a mut [syn::Item], name: &str) -> Option<&'a mut Vec<syn::Item>> {
    items.iter_mut().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == name => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

fn is_only_builder(item: &syn::ItemImpl) -> bool {
    matches!(item.items.as_slice(), [syn::ImplItem::Fn(function)] if function.sig.ident == "builder")
}

fn self_name(item: &syn::ItemImpl) -> Option<&syn::Ident> {
    match &*item.self_ty {
        syn::Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
        _ => None,
    }
}

/// Puts the wire name of a renamed query parameter into the one place that sends it.
fn put_wire_name_back(file: &mut syn::File, rename: &Rename) -> Result<()> {
    struct PutBack<'a> {
        rename: &'a Rename,
        inside: bool,
        replaced: usize,
    }
    impl VisitMut for PutBack<'_> {
        fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
            let inside = self_name(item).is_some_and(|name| *name == self.rename.builder);
            let before = std::mem::replace(&mut self.inside, inside);
            visit_mut::visit_item_impl_mut(self, item);
            self.inside = before;
        }

        fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
            if self.inside
                && is_query_param(&call.func)
                && let Some(syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(name),
                    ..
                })) = call.args.first_mut()
                && name.value() == self.rename.rust
            {
                *name = syn::LitStr::new(&self.rename.wire, name.span());
                self.replaced += 1;
            }
            visit_mut::visit_expr_call_mut(self, call);
        }
    }

    let mut put_back = PutBack {
        rename,
        inside: false,
        replaced: 0,
    };
    put_back.visit_file_mut(file);
    match put_back.replaced {
        1 => Ok(()),
        n => bail!(
            "the parameter `{}` of `{}` is sent in {n} places of the generated code instead of \
             one; its wire name `{}` cannot be put back",
            rename.rust,
            rename.builder,
            rename.wire
        ),
    }
}

fn is_query_param(function: &syn::Expr) -> bool {
    let syn::Expr::Path(path) = function else {
        return false;
    };
    let names: Vec<_> = path
        .path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    names.ends_with(&["QueryParam".into(), "new".into()])
}
