//! Splits what the generator writes as one: building a request, and sending it.
//!
//! The generator's `send` builds its request with an HTTP client of reqwest and has it executed by
//! hooks. Here it becomes `request`, which is written from the contract, builds an `http::Request` and
//! sends nothing, and a `send` that hands such a request to `crate::Execute` and decodes the response
//! as before.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, ImplItem, Item, Stmt, parse_quote};

use super::{module, self_name};
use crate::contract::{Contract, Operation, entries};
use crate::normalise::{MEDIA_TYPE, WIRE_NAME, field_name, type_name};

const JSON: &str = "application/json";

/// What the generator's runtime offers and a split client does not use.
const UNUSED_IMPORTS: [&str; 4] = [
    "ClientHooks",
    "ClientInfo",
    "OperationInfo",
    "RequestBuilderExt",
];

/// Splits every builder of the module `version`, and leaves the client what they need: the base
/// URL and the `Inner` that sends.
pub(super) fn split_from_sending(
    file: &mut syn::File,
    version: &str,
    document: &Value,
) -> Result<()> {
    let mut constructors = 0;
    file.items.retain_mut(|item| match item {
        Item::Struct(item) if item.ident == "Client" => {
            if let syn::Fields::Named(fields) = &mut item.fields {
                let fields = &mut fields.named;
                *fields = std::mem::take(fields)
                    .into_iter()
                    .filter(|field| field.ident.as_ref().is_some_and(|name| name != "client"))
                    .collect();
            }
            true
        }
        Item::Impl(item) if is_constructor(item) => {
            item.items = vec![constructor()];
            constructors += 1;
            true
        }
        // Of the traits of the generator's runtime: an HTTP client, and hooks around it.
        Item::Impl(item) => item.trait_.is_none(),
        _ => true,
    });
    if constructors != 1 {
        bail!("the generated client has {constructors} constructors instead of one");
    }
    UsedImports.visit_file_mut(file);

    let builders = module(&mut file.items, "builder").context("no builders were generated")?;
    let mut operations: BTreeMap<String, (Operation<'_>, Vec<Ident>)> = BTreeMap::new();
    for operation in Contract(document).operations() {
        operations.insert(type_name(operation.id), (operation, Vec::new()));
    }
    for item in builders.iter() {
        if let Item::Struct(item) = item
            && let Some((_, fields)) = operations.get_mut(&item.ident.to_string())
        {
            fields.extend(item.fields.iter().filter_map(|field| field.ident.clone()));
        }
    }
    for item in builders {
        if let Item::Impl(item) = item {
            let name = self_name(item).map(ToString::to_string).unwrap_or_default();
            let of = operations.get(&name);
            of.context("it is of no operation")
                .and_then(|(operation, fields)| split(item, version, operation, fields))
                .with_context(|| {
                    format!("the code of `builder::{name}` is not what this generator splits")
                })?;
        }
    }
    Ok(())
}

fn is_constructor(item: &syn::ItemImpl) -> bool {
    item.items
        .iter()
        .any(|item| matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"))
}

fn constructor() -> ImplItem {
    parse_quote! {
        /// A client whose builders make requests to `baseurl`, and send them through `inner`.
        ///
        /// `baseurl` has a scheme, a host and the path of the version
        /// (`https://tenant.api.identitynow.com/v3`). With an empty one, the URI of each request
        /// is relative: it starts with the path of the operation.
        pub fn new(baseurl: impl Into<String>, inner: crate::Inner) -> Self {
            Self { baseurl: baseurl.into(), inner }
        }
    }
}

/// Makes `OPERATION`, `request` and `send` of the generator's `send`.
fn split(
    builder: &mut syn::ItemImpl,
    version: &str,
    operation: &Operation<'_>,
    fields: &[Ident],
) -> Result<()> {
    let send = builder.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    });
    let send = send.context("it has no `send`")?;
    let Some(Stmt::Expr(mut decoding, _)) = send.block.stmts.pop() else {
        bail!("`send` does not end in decoding the response");
    };
    IntoReceived.visit_expr_mut(&mut decoding);
    send.block.stmts = parse_quote! {
        let client = self.client;
        let request = self.request()?;
        let response = client
            .inner
            .execute(request, Self::OPERATION)
            .await
            .map_err(crate::execute::failure)?;
        #decoding
    };
    let id = field_name(operation.id);
    let constant: ImplItem = parse_quote! {
        /// The operation that this builds requests of.
        pub const OPERATION: crate::Operation = crate::Operation { version: #version, id: #id };
    };
    let end = builder.items.len() - 1;
    builder.items.insert(end, request(operation, fields)?);
    builder.items.insert(0, constant);
    Ok(())
}

/// Builds the request of what the builder's fields have.
fn request(operation: &Operation<'_>, fields: &[Ident]) -> Result<ImplItem> {
    let given: Vec<&Ident> = fields.iter().filter(|field| *field != "client").collect();
    let field = |name: &str| {
        // The generator appends an underscore to a keyword.
        let is_it = |field: &&&Ident| field.to_string().trim_end_matches('_') == field_name(name);
        let found = given.iter().find(is_it).copied();
        found.with_context(|| format!("no field is for `{name}`"))
    };

    let mut url = "{}".to_owned();
    let mut steps = Vec::new();
    for step in operation.path.split('/').skip(1) {
        match step
            .strip_prefix('{')
            .and_then(|step| step.strip_suffix('}'))
        {
            Some(name) => {
                steps.push(field(name)?);
                url.push_str("/{}");
            }
            None if step.contains(['{', '}']) => bail!("`{step}` is not a whole parameter"),
            None => url.push_str(&format!("/{step}")),
        }
    }
    let mut calls = Vec::new();
    let mut responses = entries(&operation.node["responses"]);
    let is_json =
        |response: &Value| entries(&response["content"]).any(|(name, _)| name.starts_with(JSON));
    if responses.any(|(_, response)| is_json(response)) {
        calls.push(quote! {
            .header(::http::header::ACCEPT, ::http::header::HeaderValue::from_static(#JSON))
        });
    }
    if given.iter().any(|field| *field == "body") {
        calls.push(quote!(.json(&body)?));
    }
    if let Some(name) = operation.node[MEDIA_TYPE].as_str() {
        calls.push(quote! {
            .header(::http::header::CONTENT_TYPE, ::http::header::HeaderValue::from_static(#name))
        });
    }
    for parameter in operation.parameters() {
        let wire = parameter.node[WIRE_NAME].as_str().unwrap_or(parameter.name);
        let field = field(parameter.name)?;
        calls.push(match parameter.place {
            "path" => continue,
            "query" => quote!(.query(#wire, &#field)?),
            _ if parameter.is_required() => quote!(.parameter(#wire, Some(&#field))?),
            _ => quote!(.parameter(#wire, #field.as_ref())?),
        });
    }

    let parts = given.iter().map(ToString::to_string);
    let method = format_ident!("{}", operation.method);
    let docs = format!(
        "Builds a `{}` request to `{}`. Nothing is sent.",
        operation.method.to_uppercase(),
        operation.path
    );
    Ok(parse_quote! {
        #[doc = #docs]
        pub fn request(self) -> Result<::http::Request<::bytes::Bytes>, crate::RequestError> {
            let Self { #(#fields),* } = self;
            #(let #given = #given.map_err(|why| crate::RequestError::new(#parts, why))?;)*
            let url = format!(#url, client.baseurl, #(encode_path(&#steps.to_string())),*);
            crate::request::RequestBuilder::#method(url)#(#calls)*.build()
        }
    })
}

/// Hands a response over to the generator's runtime where it is decoded.
struct IntoReceived;

impl VisitMut for IntoReceived {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        for argument in &mut call.args {
            if matches!(argument, Expr::Path(path) if path.path.is_ident("response")) {
                *argument = parse_quote!(#argument.into());
            }
        }
    }
}

struct UsedImports;

impl VisitMut for UsedImports {
    fn visit_use_group_mut(&mut self, group: &mut syn::UseGroup) {
        group.items = std::mem::take(&mut group.items)
            .into_iter()
            .filter(|tree| {
                !matches!(tree, syn::UseTree::Name(name)
                    if UNUSED_IMPORTS.iter().any(|unused| name.ident == unused))
            })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::normalise::{self, Notes};

    #[test]
    fn building_and_sending_are_apart() {
        let text = json!({"type": "string"});
        let contract = json!({
            "openapi": "3.0.1", "info": {"title": "Books", "version": "1"},
            "paths": {"/books/{id}": {"patch": {
                "operationId": "editBook",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": text},
                    {"name": "X-Hall", "in": "header", "required": true, "schema": text},
                    {"name": "X-Shelf", "in": "header", "schema": text},
                    {"name": "dry-run", "in": "query", "schema": {"type": "boolean"}},
                ],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {
                    "type": "array", "items": text,
                }}}},
                "responses": {"204": {"description": ""}},
            }}},
        });
        let normalised = normalise::normalise(contract, &mut Notes::default()).unwrap();
        let source = super::super::source("books", &normalised).unwrap();
        let start = source.find("        ///Builds a `PATCH`").unwrap();
        insta::assert_snapshot!(&source[start..]);
    }
}
