//! Filters of lists, dicts and what else can be walked.

use super::{
    fault::{Result, failed},
    filters::compared,
    given::{Given, flag, whole},
    interpreter::Interpreter,
    operators::{arithmetic, equal, less, sort_by},
    value::Value,
};

impl Interpreter<'_> {
    pub(super) fn sequence_filter(&mut self, name: &str, value: Value, given: Given) -> Result<Value> {
        match name {
            "list" => {
                given.none(name)?;
                let items = value.iterate(&self.budget)?;
                self.budget.list(items)
            }
            "first" | "last" => {
                given.none(name)?;
                self.end(name == "first", &value)
            }
            "join" => self.join(&value, given),
            "map" => self.map(&value, given),
            "select" | "reject" | "selectattr" | "rejectattr" => self.choose(name, &value, given),
            "reverse" => {
                given.none(name)?;
                self.reverse(&value)
            }
            "sort" => {
                let [reverse, with_case, attribute] =
                    given.bind(name, ["reverse", "case_sensitive", "attribute"], 0)?;
                let (reverse, with_case) = (flag(reverse.as_ref()), flag(with_case.as_ref()));
                let items = value.iterate(&self.budget)?;
                let mut keyed = self.keyed(items, attribute.as_ref(), with_case)?;
                if reverse {
                    // Equal ones stay in order.
                    keyed.reverse();
                }
                sort_by(&mut keyed, &self.budget, |(key, _)| Ok(key.clone()))?;
                if reverse {
                    keyed.reverse();
                }
                self.budget.list(keyed.into_iter().map(|(_, item)| item).collect())
            }
            "min" | "max" => {
                let [with_case, attribute] = given.bind(name, ["case_sensitive", "attribute"], 0)?;
                let items = value.iterate(&self.budget)?;
                let keyed = self.keyed(items, attribute.as_ref(), flag(with_case.as_ref()))?;
                let mut best: Option<(Value, Value)> = None;
                for (key, item) in keyed {
                    let better = match &best {
                        None => true,
                        Some((known, _)) if name == "min" => less(&key, known, &self.budget)?,
                        Some((known, _)) => less(known, &key, &self.budget)?,
                    };
                    if better {
                        best = Some((key, item));
                    }
                }
                Ok(best.map_or_else(|| Value::undefined("No aggregated item, sequence was empty."), |(_, item)| item))
            }
            "sum" => {
                let [attribute, start] = given.bind(name, ["attribute", "start"], 0)?;
                let mut sum = start.unwrap_or(Value::Int(0));
                for item in value.iterate(&self.budget)? {
                    let item = self.path(item, attribute.as_ref())?;
                    sum = arithmetic(&sum, super::ast::Operator::Add, &item, &self.budget)?;
                }
                Ok(sum)
            }
            "unique" => {
                let [with_case, attribute] = given.bind(name, ["case_sensitive", "attribute"], 0)?;
                let items = value.iterate(&self.budget)?;
                let mut seen: Vec<(Value, Value)> = Vec::new();
                for (key, item) in self.keyed(items, attribute.as_ref(), flag(with_case.as_ref()))? {
                    if self.first_with(&seen, &key)?.is_none() {
                        seen.push((key, item));
                    }
                }
                self.budget.lazy("generator", seen.into_iter().map(|(_, item)| item).collect())
            }
            "groupby" => self.group_by(&value, given),
            "batch" | "slice" => self.parts(name, &value, given),
            "items" => {
                given.none(name)?;
                let items = match &value {
                    Value::Undefined(_) => Vec::new(),
                    Value::Dict(dict) => {
                        let entries = dict.entries.iter();
                        entries
                            .map(|(key, value)| self.budget.tuple(vec![key.clone(), value.clone()]))
                            .collect::<Result<_>>()?
                    }
                    _ => return failed("Can only get item pairs from a mapping."),
                };
                self.budget.lazy("generator", items)
            }
            "dictsort" => self.sorted_entries(&value, given),
            _ => failed(format!("the filter {} is not known", name.escape_debug())),
        }
    }

    fn end(&self, first: bool, value: &Value) -> Result<Value> {
        let found = match value {
            Value::Lazy(lazy) if first => lazy.next(),
            Value::Lazy(lazy) => return failed(format!("'{}' object is not reversible", lazy.what)),
            other => {
                let items = other.iterate(&self.budget)?;
                if first { items.first().cloned() } else { items.last().cloned() }
            }
        };
        let which = if first { "first" } else { "last" };
        Ok(found.unwrap_or_else(|| Value::undefined(format!("No {which} item, sequence was empty."))))
    }

    fn reverse(&self, value: &Value) -> Result<Value> {
        let what = match value {
            Value::Text(text) => return self.budget.marked(text.text.chars().rev().collect::<String>(), text.safe),
            Value::List(_) => "list_reverseiterator",
            Value::Dict(_) => "dict_reversekeyiterator",
            _ => "reversed",
        };
        let mut items = value.iterate(&self.budget)?;
        items.reverse();
        match value {
            // What cannot be walked backwards becomes a list.
            Value::Lazy(_) => self.budget.list(items),
            _ => self.budget.lazy(what, items),
        }
    }

    fn join(&mut self, value: &Value, given: Given) -> Result<Value> {
        let [separator, attribute] = given.bind("join", ["d", "attribute"], 0)?;
        let separator = separator.map(|separator| self.display(&separator)).transpose()?.unwrap_or_default();
        let mut out = String::new();
        for (index, item) in value.iterate(&self.budget)?.into_iter().enumerate() {
            let item = self.path(item, attribute.as_ref())?;
            let item = self.display(&item)?;
            self.budget.room(out.len() + separator.len() + item.len())?;
            self.budget.walk(separator.len() + item.len())?;
            if index > 0 {
                out += &separator;
            }
            out += &item;
        }
        self.budget.text(out)
    }

    /// What a dotted path leads to, numbers in it being indices.
    fn path(&mut self, mut value: Value, path: Option<&Value>) -> Result<Value> {
        match path {
            None | Some(Value::None) => Ok(value),
            Some(Value::Text(path)) => {
                for part in path.text.split('.') {
                    let part = match part.parse() {
                        Ok(index) if part.chars().all(|c| c.is_ascii_digit()) => Value::Int(index),
                        _ => self.budget.text(part)?,
                    };
                    value = self.item(&value, &part)?;
                }
                Ok(value)
            }
            Some(index) => self.item(&value, index),
        }
    }

    /// Items with what they are compared by.
    fn keyed(&mut self, items: Vec<Value>, path: Option<&Value>, with_case: bool) -> Result<Vec<(Value, Value)>> {
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            let key = self.path(item.clone(), path)?;
            keyed.push((compared(key, with_case, self)?, item));
        }
        Ok(keyed)
    }

    fn first_with(&self, keyed: &[(Value, Value)], wanted: &Value) -> Result<Option<usize>> {
        for (place, (key, _)) in keyed.iter().enumerate() {
            if equal(key, wanted, &self.budget)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    fn map(&mut self, value: &Value, mut given: Given) -> Result<Value> {
        let mut mapped = Vec::new();
        if given.positional.is_empty() {
            let [attribute, default] = given.bind("map", ["attribute", "default"], 1)?;
            for item in value.iterate(&self.budget)? {
                let found = self.path_or(item, attribute.as_ref(), default.as_ref())?;
                mapped.push(found);
            }
        } else {
            let filter = given.positional.remove(0);
            let filter = super::given::text(&filter)?;
            for item in value.iterate(&self.budget)? {
                let given = Given { positional: given.positional.clone(), named: given.named.clone() };
                mapped.push(self.nested(|run| run.filter(filter, item, given))?);
            }
        }
        self.budget.lazy("generator", mapped)
    }

    fn path_or(&mut self, value: Value, path: Option<&Value>, default: Option<&Value>) -> Result<Value> {
        let Some(default) = default.filter(|default| !matches!(default, Value::None)) else {
            return self.path(value, path);
        };
        let mut value = value;
        let parts: Vec<Value> = match path {
            Some(Value::Text(path)) => {
                path.text.split('.').map(|part| self.budget.text(part)).collect::<Result<_>>()?
            }
            other => other.cloned().into_iter().collect(),
        };
        for part in parts {
            value = self.path(value, Some(&part))?;
            if value.is_undefined() {
                value = default.clone();
            }
        }
        Ok(value)
    }

    /// `select` and its kin: what passes a test, or is true.
    fn choose(&mut self, name: &str, value: &Value, mut given: Given) -> Result<Value> {
        let mut chosen = Vec::new();
        if !value.truth() {
            return self.budget.lazy("generator", chosen);
        }
        let attribute = match name.ends_with("attr") {
            true if given.positional.is_empty() => return failed("Missing parameter for attribute name"),
            true => Some(given.positional.remove(0)),
            false => None,
        };
        let test = if given.positional.is_empty() { None } else { Some(given.positional.remove(0)) };
        for item in value.iterate(&self.budget)? {
            let tested = self.path(item.clone(), attribute.as_ref())?;
            let holds = match &test {
                None => tested.truth(),
                Some(test) => {
                    let given = Given { positional: given.positional.clone(), named: given.named.clone() };
                    self.test(super::given::text(test)?, &tested, given)?
                }
            };
            if holds == name.starts_with("select") {
                chosen.push(item);
            }
        }
        self.budget.lazy("generator", chosen)
    }

    fn group_by(&mut self, value: &Value, given: Given) -> Result<Value> {
        let [attribute, default, with_case] = given.bind("groupby", ["attribute", "default", "case_sensitive"], 1)?;
        let with_case = flag(with_case.as_ref());
        let mut keyed = Vec::new();
        for item in value.iterate(&self.budget)? {
            let own = self.path_or(item.clone(), attribute.as_ref(), default.as_ref())?;
            keyed.push((compared(own.clone(), with_case, self)?, (own, item)));
        }
        sort_by(&mut keyed, &self.budget, |(key, _)| Ok(key.clone()))?;
        let mut groups: Vec<(Value, Value, Vec<Value>)> = Vec::new();
        for (key, (own, item)) in keyed {
            match groups.last_mut() {
                Some((known, _, items)) if equal(known, &key, &self.budget)? => items.push(item),
                _ => groups.push((key, own, vec![item])),
            }
        }
        let group = |(_, grouper, items)| self.budget.group(grouper, self.budget.list(items)?);
        let groups = groups.into_iter().map(group).collect::<Result<_>>()?;
        self.budget.list(groups)
    }

    fn parts(&mut self, name: &str, value: &Value, given: Given) -> Result<Value> {
        let [count, fill] = given.bind(name, ["count", "fill_with"], 1)?;
        let count = usize::try_from(whole(&count.unwrap_or(Value::None))?).unwrap_or(0);
        if count == 0 {
            return failed(format!("{name}() needs a positive number"));
        }
        let fill = fill.filter(|fill| !matches!(fill, Value::None));
        let items = value.iterate(&self.budget)?;
        self.budget.room(count.saturating_mul(size_of::<Value>()))?;
        self.budget.steps(count / 8)?;
        let mut parts: Vec<Vec<Value>> = Vec::new();
        if name == "batch" {
            parts.extend(items.chunks(count).map(<[Value]>::to_vec));
            if let (Some(last), Some(fill)) = (parts.last_mut(), fill) {
                last.resize(count, fill);
            }
        } else {
            let (size, longer) = (items.len() / count, items.len() % count);
            let mut items = items.into_iter();
            for index in 0..count {
                let mut part: Vec<Value> = items.by_ref().take(size + usize::from(index < longer)).collect();
                if index >= longer {
                    part.extend(fill.clone());
                }
                parts.push(part);
            }
        }
        let parts = parts.into_iter().map(|part| self.budget.list(part)).collect::<Result<_>>()?;
        self.budget.lazy("generator", parts)
    }

    fn sorted_entries(&mut self, value: &Value, given: Given) -> Result<Value> {
        let [with_case, by, reverse] = given.bind("dictsort", ["case_sensitive", "by", "reverse"], 0)?;
        let (with_case, reverse) = (flag(with_case.as_ref()), flag(reverse.as_ref()));
        let by = by.map_or_else(|| self.budget.text("key"), Ok)?;
        let by_value = match by.as_str() {
            Some("key") => false,
            Some("value") => true,
            _ => return failed("You can only sort by either \"key\" or \"value\""),
        };
        let Value::Dict(dict) = value else {
            return failed(format!("'{} object' has no attribute 'items'", value.kind()));
        };
        let mut keyed = Vec::new();
        for (key, value) in &dict.entries {
            let by = if by_value { value } else { key };
            keyed.push((compared(by.clone(), with_case, self)?, (key.clone(), value.clone())));
        }
        if reverse {
            keyed.reverse();
        }
        sort_by(&mut keyed, &self.budget, |(key, _)| Ok(key.clone()))?;
        if reverse {
            keyed.reverse();
        }
        let pair = |(_, (key, value))| self.budget.tuple(vec![key, value]);
        let pairs = keyed.into_iter().map(pair).collect::<Result<_>>()?;
        self.budget.list(pairs)
    }
}
