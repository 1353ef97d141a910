//! A data set of JSON-stat as it stands in the text: members in any order, of version 1 or 2.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::cells::Interner;
use crate::describe::Unit;
use crate::json::{Json, JsonError, Kind};
use crate::report::Rule;

/// The member of `extension` in which flags, notes and sources stand in files that are written here.
pub(crate) const EXTENSION: &str = "growthpole";

/// The members of [`EXTENSION`].
pub(crate) const TEXTS: [&str; 3] = ["flag", "note", "source"];

/// A data set as it stands in the text.
#[derive(Debug, Default)]
pub(super) struct Dataset {
    /// `dataset`, `collection`, `bundle` or nothing.
    pub(super) class: String,
    pub(super) label: String,
    pub(super) source: String,
    pub(super) updated: String,
    /// Dimensions in order, and how many categories each has.
    pub(super) ids: Vec<String>,
    pub(super) sizes: Vec<u64>,
    pub(super) roles: Roles,
    pub(super) dimensions: BTreeMap<String, Dimension>,
    pub(super) values: Option<Values>,
    pub(super) statuses: Texts,
    /// Flags, notes and sources.
    pub(super) texts: [Texts; 3],
    /// Texts that the positions in `statuses` and `texts` stand for.
    pub(super) interner: Interner,
}

/// Dimensions by what they mean.
#[derive(Debug, Default)]
pub(super) struct Roles {
    pub(super) geo: Vec<String>,
    pub(super) time: Vec<String>,
    pub(super) metric: Vec<String>,
}

/// A dimension.
#[derive(Debug, Default)]
pub(super) struct Dimension {
    /// Categories in order; by number where the index is an object.
    pub(super) index: Option<Vec<(u64, String)>>,
    pub(super) labels: Vec<(String, String)>,
    pub(super) parents: BTreeMap<String, String>,
    pub(super) units: BTreeMap<String, Unit>,
}

/// Values by position in the cube; NaN where there is none.
#[derive(Debug, PartialEq)]
pub(super) enum Values {
    /// One for each cell.
    All(Vec<f64>),
    /// For some cells.
    Some(Vec<(u64, f64)>),
}

/// Texts by position in the cube, themselves by position among the data set's.
#[derive(Debug, Default)]
pub(super) enum Texts {
    #[default]
    None,
    /// The same for each cell.
    Every(u32),
    /// One for each cell.
    All(Vec<u32>),
    /// For some cells.
    Some(BTreeMap<u64, u32>),
}

impl Texts {
    /// The text of a cell.
    pub(super) fn at(&self, position: u64) -> Option<u32> {
        match self {
            Self::None => None,
            Self::Every(text) => Some(*text),
            Self::All(texts) => usize::try_from(position).ok().and_then(|at| texts.get(at)).copied(),
            Self::Some(texts) => texts.get(&position).copied(),
        }
    }
}

type Result<T> = std::result::Result<T, JsonError>;

impl Dataset {
    /// Reads one member of a data set.
    pub(super) fn member(&mut self, json: &mut Json<'_>, key: &str) -> Result<()> {
        match key {
            "class" => self.class = text(json)?,
            "label" | "title" => self.label = text(json)?,
            "source" => self.source = text(json)?,
            "updated" => self.updated = text(json)?,
            "id" => self.ids = list(json)?,
            "size" => self.sizes = sizes(json)?,
            "role" => self.roles(json)?,
            "dimension" => self.dimensions(json)?,
            "value" => self.values = Some(values(json)?),
            "status" => self.statuses = self.texts_of(json)?,
            "extension" => self.extension(json)?,
            _ => json.skip()?,
        }
        Ok(())
    }

    fn roles(&mut self, json: &mut Json<'_>) -> Result<()> {
        object_or_skip(json, |json, key| {
            match key.as_ref() {
                "geo" => self.roles.geo = list(json)?,
                "time" => self.roles.time = list(json)?,
                "metric" => self.roles.metric = list(json)?,
                _ => json.skip()?,
            }
            Ok(())
        })
    }

    /// Reads the dimensions, among which version 1 keeps their order, sizes and roles.
    fn dimensions(&mut self, json: &mut Json<'_>) -> Result<()> {
        object_or_skip(json, |json, key| match (key.as_ref(), json.kind()?) {
            ("id", Kind::List) => {
                self.ids = list(json)?;
                Ok(())
            }
            ("size", Kind::List) => {
                self.sizes = sizes(json)?;
                Ok(())
            }
            ("role", _) => self.roles(json),
            _ => {
                let dimension = dimension(json)?;
                self.dimensions.insert(key.into_owned(), dimension);
                Ok(())
            }
        })
    }

    fn extension(&mut self, json: &mut Json<'_>) -> Result<()> {
        object_or_skip(json, |json, key| {
            if key != EXTENSION {
                return json.skip();
            }
            object_or_skip(json, |json, key| match TEXTS.iter().position(|name| *name == key) {
                Some(at) => {
                    let found = self.texts_of(json)?;
                    if let Some(texts) = self.texts.get_mut(at) {
                        *texts = found;
                    }
                    Ok(())
                }
                None => json.skip(),
            })
        })
    }

    /// Reads texts of cells: one for all, a list, or an object by position. Eurostat's first version has them as the
    /// member `value` of an object that explains them too.
    fn texts_of(&mut self, json: &mut Json<'_>) -> Result<Texts> {
        match json.kind()? {
            Kind::Text => Ok(Texts::Every(self.interner.position(&json.text()?))),
            Kind::List => {
                let mut texts = Vec::new();
                json.list(|json| {
                    let text = json.text_or_skip()?.unwrap_or_default();
                    texts.push(self.interner.position(&text));
                    Ok(())
                })?;
                Ok(Texts::All(texts))
            }
            Kind::Object => {
                let (mut texts, mut inner) = (BTreeMap::new(), None);
                json.object(|json, key| {
                    if let Ok(position) = key.parse() {
                        let text = json.text_or_skip()?.unwrap_or_default();
                        texts.insert(position, self.interner.position(&text));
                    } else if key == "value" {
                        inner = Some(self.texts_of(json)?);
                    } else {
                        json.skip()?;
                    }
                    Ok(())
                })?;
                Ok(inner.unwrap_or(Texts::Some(texts)))
            }
            _ => json.skip().map(|()| Texts::None),
        }
    }
}

fn dimension(json: &mut Json<'_>) -> Result<Dimension> {
    let mut dimension = Dimension::default();
    object_or_skip(json, |json, key| {
        if key != "category" {
            return json.skip();
        }
        object_or_skip(json, |json, key| category(json, &key, &mut dimension))
    })?;
    Ok(dimension)
}

fn category(json: &mut Json<'_>, key: &str, dimension: &mut Dimension) -> Result<()> {
    match key {
        "index" if json.kind()? == Kind::List => {
            dimension.index = Some((0..).zip(list(json)?).collect());
            Ok(())
        }
        "index" => {
            let mut index = Vec::new();
            object_or_skip(json, |json, code| {
                index.push((whole(json)?, code.into_owned()));
                Ok(())
            })?;
            dimension.index = Some(index);
            Ok(())
        }
        "label" => object_or_skip(json, |json, code| {
            dimension.labels.push((code.into_owned(), text(json)?));
            Ok(())
        }),
        "child" => object_or_skip(json, |json, parent| {
            for child in list(json)? {
                dimension.parents.insert(child, parent.clone().into_owned());
            }
            Ok(())
        }),
        "unit" => object_or_skip(json, |json, code| {
            dimension.units.insert(code.into_owned(), unit(json)?);
            Ok(())
        }),
        _ => json.skip(),
    }
}

/// Reads a unit: its name is the label, else the base, else the symbol.
fn unit(json: &mut Json<'_>) -> Result<Unit> {
    let (mut names, mut multiplier, mut decimals) = ([String::new(), String::new(), String::new()], 0, 0);
    object_or_skip(json, |json, key| {
        match key.as_ref() {
            "label" => names[0] = text(json)?,
            "base" => names[1] = text(json)?,
            "symbol" => names[2] = text(json)?,
            "multiplier" | "mult" => multiplier = whole_or_none(json)?,
            "decimals" => decimals = whole_or_none(json)?,
            _ => json.skip()?,
        }
        Ok(())
    })?;
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    Ok(Unit { name, multiplier, decimals })
}

fn values(json: &mut Json<'_>) -> Result<Values> {
    if json.kind()? == Kind::List {
        let mut values = Vec::new();
        json.list(|json| {
            values.push(value(json)?);
            Ok(())
        })?;
        return Ok(Values::All(values));
    }
    let mut values = Vec::new();
    json.object(|json, key| {
        let position = key.parse().map_err(|_| json.breaks(Rule::Inconsistent, "a position"))?;
        values.push((position, value(json)?));
        Ok(())
    })?;
    Ok(Values::Some(values))
}

fn value(json: &mut Json<'_>) -> Result<f64> {
    match json.kind()? {
        Kind::Null => json.null().map(|()| f64::NAN),
        Kind::Number => json.number(),
        _ => Err(json.breaks(Rule::BadNumber, "a number or null")),
    }
}

fn text(json: &mut Json<'_>) -> Result<String> {
    Ok(json.text_or_skip()?.map(Cow::into_owned).unwrap_or_default())
}

fn whole(json: &mut Json<'_>) -> Result<u64> {
    json.number_text()?.parse().map_err(|_| json.breaks(Rule::Inconsistent, "a whole number"))
}

/// A whole number that may be a text; 0 where there is none.
fn whole_or_none<N: std::str::FromStr + Default>(json: &mut Json<'_>) -> Result<N> {
    let text = text(json)?;
    if text.is_empty() {
        Ok(N::default())
    } else {
        text.parse().map_err(|_| json.breaks(Rule::Inconsistent, "a whole number"))
    }
}

fn list(json: &mut Json<'_>) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    json.list(|json| {
        texts.push(text(json)?);
        Ok(())
    })?;
    Ok(texts)
}

fn sizes(json: &mut Json<'_>) -> Result<Vec<u64>> {
    let mut sizes = Vec::new();
    json.list(|json| {
        sizes.push(whole(json)?);
        Ok(())
    })?;
    Ok(sizes)
}

/// Reads an object; passes over anything else.
fn object_or_skip<'a>(json: &mut Json<'a>, each: impl FnMut(&mut Json<'a>, Cow<'a, str>) -> Result<()>) -> Result<()> {
    if json.kind()? == Kind::Object { json.object(each) } else { json.skip() }
}
