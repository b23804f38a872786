//! Examples in the generated documentation.

use syn::visit_mut::{self, VisitMut};

/// Marks the generator's examples as text. They name variables that nobody declares, so it
/// has them ignored as tests; ignored tests are noise in every run.
pub(super) fn are_text(file: &mut syn::File) {
    struct AreText;
    impl VisitMut for AreText {
        fn visit_expr_lit_mut(&mut self, literal: &mut syn::ExprLit) {
            if let syn::Lit::Str(text) = &mut literal.lit {
                let value = text.value();
                if value.contains("```ignore") {
                    *text = syn::LitStr::new(&value.replace("```ignore", "```text"), text.span());
                }
            }
            visit_mut::visit_expr_lit_mut(self, literal);
        }
    }
    AreText.visit_file_mut(file);
}
