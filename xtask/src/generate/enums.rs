//! Enums that may grow, written as calls of certs-raw's `open_enum!`.

use std::fmt::Write as _;

use crate::normalise::OpenEnum;

/// The module `enums` of a version.
pub(super) fn source(enums: &[OpenEnum]) -> String {
    let mut out = String::from(
        "/// Enums of this version. Each keeps a value that it does not know.\npub mod enums {\n",
    );
    for (n, open) in enums.iter().enumerate() {
        if n > 0 {
            out.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = write_enum(&mut out, open);
    }
    out.push_str("}\n");
    out
}

fn write_enum(out: &mut String, open: &OpenEnum) -> std::fmt::Result {
    writeln!(out, "    crate::open_enum! {{")?;
    match &open.description {
        Some(description) => {
            for line in description.trim_end().lines() {
                writeln!(out, "        /// {line}")?;
            }
        }
        None => writeln!(out, "        /// Values of `{}`.", open.name)?,
    }
    writeln!(out, "        pub enum {} {{", open.name)?;
    for variant in &open.variants {
        writeln!(out, "            /// `{}`", variant.text.escape_debug())?;
        writeln!(out, "            {} => {:?},", variant.name, variant.text)?;
    }
    writeln!(out, "        }}\n    }}")
}
