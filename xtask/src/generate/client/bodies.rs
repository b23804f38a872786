//! Bodies of requests are plain structs.
//!
//! The generator's interface of builders makes one for every type besides those of the operations:
//! a third of the generated source, and compile time that each user pays for. A literal with
//! `..Default::default()` says the same, and the compiler checks that nothing is missing.

use anyhow::{Context, Result};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, Item, parse_quote};

use super::module;

/// Drops the builders of types; what an operation's builder holds is the body itself. Types that
/// are `sent` and may be empty have a default.
pub(super) fn are_structs(file: &mut syn::File, sent: &[String]) -> Result<()> {
    let types = module(&mut file.items, "types").context("no types were generated")?;
    types.retain_mut(|item| match item {
        Item::Mod(module) => module.ident != "builder",
        Item::Impl(item) => item.trait_.is_some() || !has_only_builder(item),
        Item::Struct(item) => {
            let is_sent = sent.iter().any(|name| item.ident == name);
            if is_sent && may_be_empty(item) && !has_default(item) {
                item.attrs.push(parse_quote!(#[derive(Default)]));
            }
            true
        }
        _ => true,
    });
    let builders = module(&mut file.items, "builder").context("no builders were generated")?;
    for item in builders {
        match item {
            Item::Struct(item) => Body.visit_item_struct_mut(item),
            Item::Impl(item) => {
                item.items.retain(|item| {
                    !matches!(item, ImplItem::Fn(function) if function.sig.ident == "body_map")
                });
                Body.visit_item_impl_mut(item);
            }
            _ => {}
        }
    }
    Ok(())
}

fn has_only_builder(item: &syn::ItemImpl) -> bool {
    matches!(item.items.as_slice(), [ImplItem::Fn(function)] if function.sig.ident == "builder")
}

/// Whether no field has to be there.
fn may_be_empty(item: &syn::ItemStruct) -> bool {
    let syn::Fields::Named(fields) = &item.fields else {
        return false;
    };
    let is_optional = |field: &syn::Field| match &field.ty {
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            ["Option", "Vec", "Map"]
                .iter()
                .any(|name| last.ident == name)
        }),
        _ => false,
    };
    fields.named.iter().all(is_optional)
}

fn has_default(item: &syn::ItemStruct) -> bool {
    item.attrs.iter().any(|attribute| {
        let mut found = false;
        // What cannot be read as a list of paths is not a derive.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("Default");
            Ok(())
        });
        found
    })
}

/// Takes the builder of a body out of the builder of its operation.
struct Body;

impl VisitMut for Body {
    /// `types::builder::Book` is `types::Book`.
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let names = names(path);
        if let [types, builder, name] = names.as_slice()
            && types == "types"
            && builder == "builder"
        {
            let name = syn::Ident::new(name, proc_macro2::Span::call_site());
            *path = parse_quote!(types::#name);
        }
    }

    /// The body is missing until it is given.
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let is_body = matches!(&field.member, syn::Member::Named(name) if name == "body");
        if is_body && matches!(&field.expr, Expr::Call(call) if is_ok(&call.func)) {
            field.expr = parse_quote!(Err("body was not initialized".to_string()));
        }
    }

    /// Not into the builder (`.map(From::from)`).
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Expr::MethodCall(call) = expr else {
            return;
        };
        let into = call.method == "map"
            && matches!(call.args.first(), Some(Expr::Path(path)) if names(&path.path) == ["From", "from"]);
        if into {
            *expr = (*call.receiver).clone();
        }
    }
}

fn is_ok(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.is_ident("Ok"))
}

fn names(path: &syn::Path) -> Vec<String> {
    let names = path.segments.iter();
    names.map(|name| name.ident.to_string()).collect()
}
