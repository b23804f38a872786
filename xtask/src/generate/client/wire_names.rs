//! Puts names on the wire back where the generator was given another one.

use anyhow::{Result, bail};
use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use syn::visit_mut::{self, VisitMut};

use super::self_name;
use crate::normalise::{PropertyRename, Rename};

/// Puts the wire name of a parameter into the one place that sends it.
pub(super) fn of_parameter(file: &mut syn::File, rename: &Rename) -> Result<()> {
    struct PutBack<'a> {
        rename: &'a Rename,
        inside: bool,
        replaced: usize,
    }
    impl PutBack<'_> {
        fn argument(&mut self, argument: Option<&mut syn::Expr>) {
            if let Some(syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(name),
                ..
            })) = argument
                && name.value() == self.rename.rust
            {
                *name = syn::LitStr::new(&self.rename.wire, name.span());
                self.replaced += 1;
            }
        }
    }
    impl VisitMut for PutBack<'_> {
        fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
            let inside = self_name(item).is_some_and(|name| *name == self.rename.builder);
            let before = std::mem::replace(&mut self.inside, inside);
            visit_mut::visit_item_impl_mut(self, item);
            self.inside = before;
        }

        /// `QueryParam::new("name", …)`
        fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
            if self.inside && is_query_param(&call.func) {
                self.argument(call.args.first_mut());
            }
            visit_mut::visit_expr_call_mut(self, call);
        }

        /// `header_map.append("name", …)`
        fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
            if self.inside && call.method == "append" {
                self.argument(call.args.first_mut());
            }
            visit_mut::visit_expr_method_call_mut(self, call);
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

/// Puts the wire name of a property into the attribute that names it.
pub(super) fn of_property(file: &mut syn::File, rename: &PropertyRename) -> Result<()> {
    struct PutBack<'a> {
        rename: &'a PropertyRename,
        replaced: usize,
    }
    impl VisitMut for PutBack<'_> {
        fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
            if item.ident != self.rename.of {
                return;
            }
            let attributes = item.fields.iter_mut().flat_map(|field| &mut field.attrs);
            for attribute in attributes.filter(|attribute| attribute.path().is_ident("serde")) {
                if let syn::Meta::List(list) = &mut attribute.meta {
                    let tokens = std::mem::take(&mut list.tokens);
                    list.tokens = self.replaced_in(tokens);
                }
            }
        }
    }
    impl PutBack<'_> {
        fn replaced_in(&mut self, tokens: TokenStream) -> TokenStream {
            let given = Literal::string(&self.rename.rust).to_string();
            tokens
                .into_iter()
                .map(|token| match token {
                    TokenTree::Literal(literal) if literal.to_string() == given => {
                        self.replaced += 1;
                        Literal::string(&self.rename.wire).into()
                    }
                    TokenTree::Group(group) => {
                        let inner = self.replaced_in(group.stream());
                        TokenTree::Group(Group::new(group.delimiter(), inner))
                    }
                    other => other,
                })
                .collect()
        }
    }

    let mut put_back = PutBack {
        rename,
        replaced: 0,
    };
    put_back.visit_file_mut(file);
    match put_back.replaced {
        1 => Ok(()),
        n => bail!(
            "the property `{}` of `{}` is named in {n} places of the generated code instead of \
             one; its wire name `{}` cannot be put back",
            rename.rust,
            rename.of,
            rename.wire
        ),
    }
}
