//! Puts names on the wire back where the generator was given another one.

use anyhow::{Context, Result, bail};
use syn::visit_mut::VisitMut;

use super::{module, self_name};
use crate::normalise::Rename;

/// Puts the wire name of a parameter into the one place of its builder that sends it.
pub(super) fn of_parameter(file: &mut syn::File, rename: &Rename) -> Result<()> {
    struct PutBack<'a> {
        rename: &'a Rename,
        replaced: usize,
    }
    impl VisitMut for PutBack<'_> {
        fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
            if text.value() == self.rename.rust {
                *text = syn::LitStr::new(&self.rename.wire, text.span());
                self.replaced += 1;
            }
        }
    }

    let mut put_back = PutBack {
        rename,
        replaced: 0,
    };
    for item in module(&mut file.items, "builder").context("no builders were generated")? {
        if let syn::Item::Impl(item) = item
            && self_name(item).is_some_and(|name| *name == rename.builder)
        {
            put_back.visit_item_impl_mut(item);
        }
    }
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
