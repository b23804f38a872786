//! Puts names on the wire back where the generator was given another one.

use anyhow::{Result, bail};
use syn::visit_mut::{self, VisitMut};

use super::self_name;
use crate::normalise::Rename;

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
