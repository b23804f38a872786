//! From the parser's events to a tree of [`Node`]s.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::{Entry, Error, Kind, Node, Problem};

/// Deep enough for any specification, shallow enough to walk by recursion.
const MAX_DEPTH: usize = 128;
/// Bounds what aliases of aliases can expand to. The largest root documents have a tenth.
const MAX_VALUES: usize = 1_000_000;

/// A document, and what its author should know about it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The document's value.
    pub(crate) root: Rc<Node>,
    /// Keys that come twice in one mapping with the same value.
    pub(crate) repeated: Vec<Repeated>,
}

/// A key given twice with the same value: harmless, but hardly meant.
#[derive(Debug)]
pub(crate) struct Repeated {
    /// The key.
    pub(crate) key: String,
    /// Line of its first use.
    pub(crate) first: usize,
    /// Line of its second use.
    pub(crate) line: usize,
    /// Column of its second use.
    pub(crate) column: usize,
}

/// Reads one YAML document; `file` is the name that errors use.
pub(crate) fn load(file: &str, bytes: &[u8]) -> Result<Loaded, Error> {
    let syntax = |line, column, problem| Error::Syntax {
        file: file.to_owned(),
        line,
        column,
        problem,
    };
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
            let column = good.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
            return Err(syntax(line, column, Problem::NotUtf8));
        }
    };
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_INDENTED {
        match Builder::new(&text).build(&text) {
            Err(Fault {
                line,
                problem: Problem::Invalid(message),
                ..
            }) if FLOW_INDENTATION.contains(&message.as_str()) => {
                text = with_line_indented(&text, line).into();
            }
            outcome => {
                return outcome.map_err(|fault| syntax(fault.line, fault.column, fault.problem));
            }
        }
    }
    let outcome = Builder::new(&text).build(&text);
    outcome.map_err(|fault| syntax(fault.line, fault.column, fault.problem))
}

/// What the parser says of a line of a flow collection that is not indented more than the block
/// around it. YAML 1.2 asks for that; other readers do not, and the vendor's files rely on them.
const FLOW_INDENTATION: [&str; 2] = [
    "invalid indentation",
    "invalid indentation in flow construct",
];
/// How many such lines a file may have: each is found by reading the file again.
const MAX_INDENTED: usize = 100;

/// The text with one line, counted from 1, indented more deeply than any block.
fn with_line_indented(text: &str, line: usize) -> String {
    let indentation = " ".repeat(MAX_DEPTH);
    let lines = text.split_inclusive('\n').enumerate();
    lines
        .flat_map(|(index, text)| {
            let indentation = if index + 1 == line { &*indentation } else { "" };
            [indentation, text]
        })
        .collect()
}

/// A problem and its place; the file's name is added at the end.
struct Fault {
    line: usize,
    column: usize,
    problem: Problem,
}

impl Fault {
    fn at(mark: Marker, problem: Problem) -> Self {
        Fault {
            line: mark.line(),
            column: mark.col() + 1,
            problem,
        }
    }
}

/// A list or a mapping whose end has not come yet.
struct Open {
    at: Marker,
    anchor: usize,
    size: usize,
    collection: Collection,
    /// The key that it is the value of.
    name: Option<String>,
    /// Whether it is an example, or in one.
    is_example: bool,
}

enum Collection {
    Sequence(Vec<Rc<Node>>),
    Mapping {
        entries: Vec<Entry>,
        /// Where each key was first given.
        seen: HashMap<String, usize>,
        key: Option<(String, Marker)>,
    },
}

struct Builder {
    open: Vec<Open>,
    root: Option<Rc<Node>>,
    anchors: HashMap<usize, Rc<Node>>,
    repeated: Vec<Repeated>,
    /// Lines whose indentation holds a tab, with the tab's column. Whether such a line is
    /// wrong is seen only later: inside a block scalar or a comment it is text.
    tabs: HashMap<usize, usize>,
    /// Lines with a tab anywhere, by their characters.
    tabbed: HashMap<usize, Vec<char>>,
}

impl Builder {
    fn new(text: &str) -> Self {
        let tabs = text
            .lines()
            .enumerate()
            .filter_map(|(index, line)| {
                let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
                let tab = line.find('\t').filter(|tab| *tab < indentation)?;
                Some((index + 1, tab + 1))
            })
            .collect();
        let tabbed = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains('\t'))
            .map(|(index, line)| (index + 1, line.chars().collect()))
            .collect();
        Builder {
            tabbed,
            open: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            repeated: Vec::new(),
            tabs,
        }
    }

    fn build(mut self, text: &str) -> Result<Loaded, Fault> {
        let mut parser = Parser::new_from_str(text);
        let mut documents = 0_usize;
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.scan_fault(&error))?;
            let at = span.start;
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(Fault::at(at, Problem::SecondDocument));
                    }
                }
                Event::Alias(anchor) => {
                    let Some(node) = self.anchors.get(&anchor).cloned() else {
                        return Err(Fault::at(at, Problem::RecursiveAlias));
                    };
                    self.add(node, at)?;
                }
                Event::Scalar(value, style, anchor, tag) => {
                    self.refuse_tab_before(at)?;
                    let kind = if self.expects_key() {
                        // A key is its text, whatever its type: `200:` is `'200':`.
                        Kind::String(value.into_owned())
                    } else {
                        match scalar(&value, style, tag.as_deref(), at) {
                            Err(_) if self.expects_example() => Kind::String(value.into_owned()),
                            kind => kind?,
                        }
                    };
                    let node = Rc::new(Node {
                        kind,
                        line: at.line(),
                        size: 1,
                    });
                    self.remember(anchor, &node);
                    self.add(node, at)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    self.begin(at, anchor, tag.as_deref(), Collection::Sequence(Vec::new()))?;
                }
                Event::MappingStart(anchor, tag) => {
                    let collection = Collection::Mapping {
                        entries: Vec::new(),
                        seen: HashMap::new(),
                        key: None,
                    };
                    self.begin(at, anchor, tag.as_deref(), collection)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end()?,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
        }
        match self.root {
            Some(root) if !root.is_null() => Ok(Loaded {
                root,
                repeated: self.repeated,
            }),
            _ => Err(Fault {
                line: 1,
                column: 1,
                problem: Problem::Empty,
            }),
        }
    }

    /// The parser's error, or the tab that is its cause.
    fn scan_fault(&self, error: &saphyr_parser::ScanError) -> Fault {
        let at = *error.marker();
        let line = at.line();
        // The parser may notice the tab one line before, or after.
        let near = if error.info().contains("tab") {
            vec![line, line + 1, line.saturating_sub(1)]
        } else {
            vec![line]
        };
        for line in near {
            if let Some(column) = self.tabs.get(&line) {
                return Fault {
                    line,
                    column: *column,
                    problem: Problem::Tab,
                };
            }
        }
        Fault::at(at, Problem::Invalid(error.info().to_owned()))
    }

    /// The parser lets some tabs pass, as indentation or between a key and its value, that
    /// other readers refuse.
    fn refuse_tab_before(&self, at: Marker) -> Result<(), Fault> {
        let line = at.line();
        let before = self.tabbed.get(&line).and_then(|line| line.get(..at.col()));
        let blank = before
            .into_iter()
            .flat_map(|before| before.iter().enumerate().rev())
            .take_while(|(_, char)| char.is_whitespace());
        match blank.filter(|(_, char)| **char == '\t').last() {
            Some((column, _)) => Err(Fault {
                line,
                column: column + 1,
                problem: Problem::Tab,
            }),
            None => Ok(()),
        }
    }

    /// Whether the next value is an example, or in one. Nothing reads examples, and what is wrong
    /// in one alone is no reason to refuse a file.
    fn expects_example(&self) -> bool {
        let Some(open) = self.open.last() else {
            return false;
        };
        let is_named = self
            .key()
            .is_some_and(|key| key == "example" || key == "examples");
        // There may be a property of that name.
        open.is_example || (is_named && open.name.as_deref() != Some("properties"))
    }

    /// The key that the next value belongs to.
    fn key(&self) -> Option<&str> {
        match &self.open.last()?.collection {
            Collection::Mapping { key, .. } => key.as_ref().map(|(key, _)| key.as_str()),
            Collection::Sequence(_) => None,
        }
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                collection: Collection::Mapping { key: None, .. },
                ..
            })
        )
    }

    fn begin(
        &mut self,
        at: Marker,
        anchor: usize,
        tag: Option<&Tag>,
        collection: Collection,
    ) -> Result<(), Fault> {
        self.refuse_tab_before(at)?;
        let is_example = self.expects_example();
        if let Some(tag) = tag
            && !is_example
        {
            return Err(Fault::at(at, Problem::Tag(tag.to_string())));
        }
        if self.expects_key() {
            return Err(Fault::at(at, Problem::ComplexKey));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::at(at, Problem::TooDeep(MAX_DEPTH)));
        }
        self.open.push(Open {
            at,
            anchor,
            size: 1,
            collection,
            name: self.key().map(str::to_owned),
            is_example,
        });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let node = Rc::new(Node {
            kind: match open.collection {
                Collection::Sequence(items) => Kind::Sequence(items),
                Collection::Mapping { entries, .. } => Kind::Mapping(entries),
            },
            line: open.at.line(),
            size: open.size,
        });
        self.remember(open.anchor, &node);
        self.add(node, open.at)
    }

    /// The parser numbers anchors from 1; 0 means none.
    fn remember(&mut self, anchor: usize, node: &Rc<Node>) {
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(node));
        }
    }

    fn add(&mut self, node: Rc<Node>, at: Marker) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.size = open.size.saturating_add(node.size);
        if open.size > MAX_VALUES {
            return Err(Fault::at(at, Problem::TooLarge(MAX_VALUES)));
        }
        match &mut open.collection {
            Collection::Sequence(items) => items.push(node),
            Collection::Mapping { entries, seen, key } => match key.take() {
                None => {
                    let name = node
                        .as_str()
                        .ok_or_else(|| Fault::at(at, Problem::ComplexKey))?;
                    if name == "<<" && !open.is_example {
                        return Err(Fault::at(at, Problem::MergeKey));
                    }
                    *key = Some((name.to_owned(), at));
                }
                Some((name, name_at)) => match seen.get(&name) {
                    None => {
                        seen.insert(name.clone(), name_at.line());
                        entries.push(Entry {
                            key: name,
                            line: name_at.line(),
                            value: node,
                        });
                    }
                    Some(first) => {
                        let same = entries.iter().any(|entry| {
                            entry.key == name && entry.value.to_json() == node.to_json()
                        });
                        if open.is_example {
                            return Ok(());
                        }
                        if !same {
                            return Err(Fault::at(
                                name_at,
                                Problem::DuplicateKey {
                                    key: name,
                                    first: *first,
                                },
                            ));
                        }
                        self.repeated.push(Repeated {
                            key: name,
                            first: *first,
                            line: name_at.line(),
                            column: name_at.col() + 1,
                        });
                    }
                },
            },
        }
        Ok(())
    }
}

/// The value of a scalar by YAML 1.2's core schema.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Marker) -> Result<Kind, Fault> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => {
            return Ok(Kind::String(text.to_owned()));
        }
        Some(tag) => return Err(Fault::at(at, Problem::Tag(tag.to_string()))),
        None if style != ScalarStyle::Plain => return Ok(Kind::String(text.to_owned())),
        None => {}
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => match number(text) {
            Ok(Some(number)) => Kind::Number(number),
            Ok(None) => Kind::String(text.to_owned()),
            Err(problem) => return Err(Fault::at(at, problem)),
        },
    })
}

/// A number of the core schema; `None` when the text is not a number.
fn number(text: &str) -> Result<Option<serde_json::Number>, Problem> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let unrepresentable = || Problem::Number(text.to_owned());
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(unrepresentable());
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            let value = u64::from_str_radix(digits, radix).map_err(|_| unrepresentable())?;
            return Ok(Some(value.into()));
        }
    }
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        || !unsigned.contains(|digit: char| digit.is_ascii_digit())
        || !unsigned
            .chars()
            .all(|char| char.is_ascii_digit() || "eE+-.".contains(char))
    {
        return Ok(None);
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    if unsigned.chars().all(|digit| digit.is_ascii_digit()) {
        if let Ok(value) = plain.parse::<i64>() {
            return Ok(Some(value.into()));
        }
        if let Ok(value) = plain.parse::<u64>() {
            return Ok(Some(value.into()));
        }
        // Longer ones are rounded, as JSON readers do: upstream has them as examples only.
    }
    match plain.parse::<f64>() {
        Ok(value) => serde_json::Number::from_f64(value)
            .map(Some)
            .ok_or_else(unrepresentable),
        // `3.0.1` and `2-3` look like numbers only at first sight.
        Err(_) => Ok(None),
    }
}
