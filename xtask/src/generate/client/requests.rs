//! Splits what the generator writes as one: building a request, and sending it.
//!
//! The generator's `send` builds its request with an HTTP client of reqwest and has it executed by
//! hooks. Here it becomes `request`, which builds an `http::Request` and sends nothing, and a
//! `send` that hands such a request to `crate::Execute` and decodes the response as before.

use anyhow::{Context, Result, bail};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, Item, Stmt, parse_quote};

use super::{module, self_name};
use crate::normalise::MediaType;

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
    media_types: &[MediaType],
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
    for item in builders {
        if let Item::Impl(item) = item {
            split(item, version, media_types).with_context(|| {
                let name = self_name(item).map(ToString::to_string).unwrap_or_default();
                format!("the code of `builder::{name}` is not what this generator splits")
            })?;
        }
    }
    FromReqwest.visit_file_mut(file);
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
fn split(builder: &mut syn::ItemImpl, version: &str, media_types: &[MediaType]) -> Result<()> {
    let send = builder.items.iter_mut().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
        _ => None,
    });
    let send = send.context("it has no `send`")?;
    let mut building = std::mem::take(&mut send.block.stmts);
    let at = building.iter().position(|stmt| built(stmt).is_some());
    let mut sending = building.split_off(at.context("`send` builds no request")?);
    let chain = built(&sending[0])
        .context("`send` builds no request")?
        .clone();

    let id = operation_id(&sending).context("`send` names no operation")?;
    let has_headers = without_api_version(&mut building);
    for stmt in &mut building {
        Reasons::of(stmt);
    }
    let mut chain = on_our_builder(chain, has_headers)?;
    let operation = id.value();
    if let Some(media) = media_types
        .iter()
        .find(|media| media.operation == operation)
    {
        says_media_type(&mut chain, &media.name)?;
    }
    let Some(Stmt::Expr(mut decoding, _)) = sending.pop() else {
        bail!("`send` does not end in decoding the response");
    };
    let response = match sending.pop() {
        Some(Stmt::Local(local)) => local.pat,
        _ => bail!("`send` receives no response"),
    };
    IntoReceived(&response).visit_expr_mut(&mut decoding);

    let docs = requests_docs(send)?;
    send.block.stmts = parse_quote! {
        let client = self.client;
        let request = self.request()?;
        let #response = client
            .inner
            .execute(request, Self::OPERATION)
            .await
            .map_err(crate::execute::failure)?;
        #decoding
    };
    let request: ImplItem = parse_quote! {
        #[doc = #docs]
        pub fn request(self) -> Result<::http::Request<::bytes::Bytes>, crate::RequestError> {
            #(#building)*
            #chain
        }
    };
    let operation: ImplItem = parse_quote! {
        /// The operation that this builds requests of.
        pub const OPERATION: crate::Operation = crate::Operation { version: #version, id: #id };
    };
    let end = builder.items.len() - 1;
    builder.items.insert(end, request);
    builder.items.insert(0, operation);
    Ok(())
}

/// The request's expression in `let mut request = ….build()?;`.
fn built(stmt: &Stmt) -> Option<&syn::ExprMethodCall> {
    let Stmt::Local(local) = stmt else {
        return None;
    };
    match &*local.init.as_ref()?.expr {
        Expr::Try(attempt) => match &*attempt.expr {
            Expr::MethodCall(call) if call.method == "build" => Some(call),
            _ => None,
        },
        _ => None,
    }
}

/// The text in `let info = OperationInfo { operation_id: "…" };`, without the underscore of a name
/// that is a keyword of Rust.
fn operation_id(sending: &[Stmt]) -> Option<syn::LitStr> {
    sending.iter().find_map(|stmt| {
        let Stmt::Local(local) = stmt else {
            return None;
        };
        let Expr::Struct(info) = &*local.init.as_ref()?.expr else {
            return None;
        };
        match &info.fields.first()?.expr {
            Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(id),
                ..
            }) => Some(syn::LitStr::new(
                id.value().trim_end_matches('_'),
                id.span(),
            )),
            _ => None,
        }
    })
}

/// Drops the header that the generator adds to each request and the service does not know. Says
/// whether there are others; without any, the map of headers goes, too.
fn without_api_version(building: &mut Vec<Stmt>) -> bool {
    building.retain(|stmt| {
        let Stmt::Expr(Expr::MethodCall(call), _) = stmt else {
            return true;
        };
        call.method != "append" || !matches!(call.args.first(), Some(Expr::Call(_)))
    });
    let is_map = |stmt: &Stmt| {
        matches!(stmt, Stmt::Local(local)
            if matches!(&local.pat, syn::Pat::Ident(name) if name.ident == "header_map"))
    };
    let has_headers = building.last().is_some_and(|stmt| !is_map(stmt));
    if !has_headers {
        building.pop();
    }
    has_headers
}

/// Says what a body of JSON is, before the request is built.
fn says_media_type(chain: &mut Expr, name: &str) -> Result<()> {
    let Expr::MethodCall(build) = chain else {
        bail!("the request is not built by a chain of calls");
    };
    let receiver = &build.receiver;
    build.receiver = parse_quote! {
        #receiver.header(
            ::http::header::CONTENT_TYPE,
            ::http::HeaderValue::from_static(#name),
        )
    };
    Ok(())
}

/// Rebuilds the chain of calls on the request builder of certs-raw.
fn on_our_builder(call: syn::ExprMethodCall, has_headers: bool) -> Result<Expr> {
    let syn::ExprMethodCall {
        receiver,
        method,
        args,
        ..
    } = call;
    if matches!(&*receiver, Expr::Field(_)) {
        return Ok(parse_quote!(crate::request::RequestBuilder::#method(#args)));
    }
    let Expr::MethodCall(inner) = *receiver else {
        bail!("the request is not built by a chain of calls");
    };
    let inner = on_our_builder(inner, has_headers)?;
    Ok(match method.to_string().as_str() {
        "headers" if !has_headers => inner,
        "header" | "headers" | "build" => parse_quote!(#inner.#method(#args)),
        "json" => parse_quote!(#inner.json(#args)?),
        "query" => {
            let Some(Expr::Reference(parameter)) = args.first() else {
                bail!("a query parameter is not passed by reference");
            };
            let Expr::Call(parameter) = &*parameter.expr else {
                bail!("a query parameter is not a `QueryParam`");
            };
            let args = &parameter.args;
            parse_quote!(#inner.query(#args)?)
        }
        other => bail!("`{other}` is not known to certs-raw's request builder"),
    })
}

/// The documentation of `send`, about building: "Sends a `GET` request to `/books`".
fn requests_docs(send: &syn::ImplItemFn) -> Result<String> {
    let docs = send.attrs.iter().find_map(|attribute| {
        let syn::Meta::NameValue(doc) = &attribute.meta else {
            return None;
        };
        match &doc.value {
            Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => text.value().strip_prefix("Sends a ").map(str::to_owned),
            _ => None,
        }
    });
    let docs = docs.context("`send` does not say what it sends")?;
    Ok(format!("Builds a {docs}. Nothing is sent."))
}

/// Says which parameter a request could not be built for.
struct Reasons(String);

impl Reasons {
    fn of(stmt: &mut Stmt) {
        if let Stmt::Local(syn::Local {
            pat: syn::Pat::Ident(name),
            ..
        }) = &*stmt
        {
            let name = name.ident.to_string();
            Self(name.trim_start_matches("r#").to_owned()).visit_stmt_mut(stmt);
        } else {
            Self(String::new()).visit_stmt_mut(stmt);
        }
    }
}

impl VisitMut for Reasons {
    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        let is_invalid = |argument: &Expr| matches!(argument, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "InvalidRequest"));
        if call.method == "map_err" && call.args.first().is_some_and(is_invalid) {
            let name = &self.0;
            call.args = parse_quote!(|why| crate::RequestError::new(#name, why));
        } else if call.method == "append"
            && let Some(Expr::Try(value)) = call.args.last()
            && let Expr::MethodCall(conversion) = &*value.expr
        {
            let (name, value) = (&call.args[0], &conversion.receiver);
            call.args = parse_quote! {
                #name,
                ::http::HeaderValue::try_from(#value)
                    .map_err(|why| crate::RequestError::new(#name, why))?
            };
        }
    }
}

/// Hands a response over to the generator's runtime where it is decoded.
struct IntoReceived<'a>(&'a syn::Pat);

impl VisitMut for IntoReceived<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        for argument in &mut call.args {
            if let (Expr::Path(path), syn::Pat::Ident(name)) = (&*argument, self.0)
                && path.path.is_ident(&name.ident)
            {
                *argument = parse_quote!(#path.into());
            }
        }
    }
}

/// Names the types of the crate `http` by their own names, not by reqwest's.
struct FromReqwest;

impl VisitMut for FromReqwest {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path.leading_colon.is_some()
            && let Some(first) = path.segments.first_mut()
            && first.ident == "reqwest"
        {
            first.ident = syn::Ident::new("http", first.ident.span());
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
