//! JSON schemas that output can be held to.
//!
//! The crate `llguidance` ignores keywords that it does not know, and takes some that it enforces only in part. So a
//! schema is written anew for it: with the keywords whose meaning is sure, in a form that is sure, and every other
//! one is an error. What is written may allow less than the schema does, but never more.

mod constants;
mod counts;
mod guidance;
mod numbers;
mod objects;
mod place;
mod productive;
mod strings;

use serde_json::{Map, Value};

use crate::{TextError, error::shown};

use place::{Place, decoded};

pub(super) use numbers::MOST_EXACT;

/// Deeper schemas could take all of the stack.
const DEEPEST: usize = 64;
/// More than this many parts are not read.
const MOST_PARTS: usize = 20_000;

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

type Object = Map<String, Value>;
type Result<T> = std::result::Result<T, TextError>;

/// Writes a schema as the crate takes it.
pub(super) fn prepare(schema: &Value) -> Result<Value> {
    let mut reader = Reader { root: schema, definitions: Object::new(), pointers: Vec::new(), parts: 0 };
    let root = reader.part(schema, &Place::root())?;
    // Definitions that are read name others.
    let mut read = 0;
    while let Some(pointer) = reader.pointers.get(read).cloned() {
        let target = reader.target(&pointer)?;
        let definition = reader.part(target, &Place::root().definition(&pointer))?;
        reader.definitions.insert(read.to_string(), definition);
        read += 1;
    }
    if let Some(pointer) = productive::contradiction(&root, &reader.definitions) {
        let at = match reader.origin(&pointer) {
            pointer if pointer.is_empty() => "the root".to_owned(),
            pointer => shown(&pointer),
        };
        return Err(TextError::GrammarUnmet { why: format!("no value is valid at {at} of its schema") });
    }
    let (root, definitions) = productive::prune(root, reader.definitions);
    let mut written = match root {
        Value::Object(object) => object,
        Value::Bool(true) => Object::new(),
        _ => return Err(TextError::GrammarUnmet { why: "its schema has no value of finite size".to_owned() }),
    };
    written.insert("$defs".to_owned(), Value::Object(definitions));
    written.insert("x-guidance".to_owned(), guidance::read(schema.get("x-guidance"))?);
    Ok(Value::Object(written))
}

struct Reader<'a> {
    root: &'a Value,
    definitions: Object,
    /// What `$ref` points to; the place of each in this list is its name among the definitions.
    pointers: Vec<String>,
    parts: usize,
}

impl<'a> Reader<'a> {
    fn part(&mut self, schema: &'a Value, place: &Place) -> Result<Value> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Err(TextError::GrammarLimit { why: format!("its schema has more than {MOST_PARTS} parts") });
        }
        if place.depth > DEEPEST {
            return Err(TextError::GrammarLimit { why: format!("its schema is more than {DEEPEST} deep") });
        }
        match schema {
            Value::Bool(_) => Ok(schema.clone()),
            Value::Object(object) => self.object(object, place),
            _ => Err(place.fault("this part", "must be an object, true or false")),
        }
    }

    fn object(&mut self, schema: &'a Object, place: &Place) -> Result<Value> {
        let mut written = Object::new();
        for (keyword, value) in schema {
            self.keyword(schema, keyword, value, place, &mut written)?;
        }
        self.items(schema, place, &mut written)?;
        objects::check_counts(schema, place, &mut written)?;
        strings::write(schema, place, &mut written)?;
        numbers::write(schema, place, &mut written)?;
        // Keywords that stand for whole schemas come last: the crate applies them to what came before.
        for keyword in ["const", "enum", "$ref", "anyOf", "oneOf", "allOf"] {
            if let Some(value) = written.shift_remove(keyword) {
                written.insert(keyword.to_owned(), value);
            }
        }
        Ok(Value::Object(written))
    }

    fn keyword(
        &mut self,
        schema: &'a Object,
        keyword: &str,
        value: &'a Value,
        place: &Place,
        written: &mut Object,
    ) -> Result<()> {
        let value = match keyword {
            "title" | "description" | "default" | "example" | "examples" | "deprecated" | "readOnly" | "writeOnly"
            | "$comment" | "$schema" | "$defs" | "definitions" | "$anchor" | "$vocabulary" => return Ok(()),
            "$id" | "id" if place.pointer.is_empty() => return Ok(()),
            "$id" | "id" => return Err(place.fault(keyword, "is supported at the root only")),
            _ if keyword.starts_with("x-") => return Ok(()),
            "type" => types(value, place)?,
            "const" => constants::one(value, place)?,
            "enum" => constants::several(value, place)?,
            "anyOf" | "allOf" => self.list(keyword, value, place)?,
            "oneOf" => self.exclusive(value, place)?,
            "$ref" => self.reference(value, place)?,
            "properties" | "patternProperties" => self.members(keyword, value, place)?,
            "additionalProperties" => self.part(value, &place.under(keyword))?,
            "propertyNames" => return objects::check_names(value, place),
            "required" => objects::required(value, place)?,
            "minProperties" | "minItems" | "minLength" => counts::least(keyword, value, place)?,
            "maxProperties" | "maxItems" | "maxLength" => counts::most(keyword, value, place)?,
            "uniqueItems" => return counts::unique(schema, value, place),
            // Read together with others.
            "items" | "prefixItems" | "additionalItems" | "pattern" | "format" | "minimum" | "maximum"
            | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => return Ok(()),
            _ => return Err(place.fault(keyword, "is not supported")),
        };
        written.insert(keyword.to_owned(), value);
        Ok(())
    }

    fn list(&mut self, keyword: &str, value: &'a Value, place: &Place) -> Result<Value> {
        let parts = value.as_array().filter(|parts| !parts.is_empty());
        let parts = parts.ok_or_else(|| place.fault(keyword, "must be a list of schemas"))?;
        let parts = parts.iter().enumerate().map(|(i, part)| self.part(part, &place.below(keyword, &i.to_string())));
        Ok(Value::Array(parts.collect::<Result<_>>()?))
    }

    /// The crate must see that alternatives exclude each other, and it does not look behind references.
    fn exclusive(&mut self, value: &'a Value, place: &Place) -> Result<Value> {
        let parts = value.as_array().filter(|parts| !parts.is_empty());
        let parts = parts.ok_or_else(|| place.fault("oneOf", "must be a list of schemas"))?;
        let mut written = Vec::with_capacity(parts.len());
        for (i, part) in parts.iter().enumerate() {
            let mut part = part;
            for _ in 0..DEEPEST {
                let only = part.as_object().filter(|part| part.keys().all(|key| key == "$ref" || is_note(key)));
                let Some(Value::String(pointer)) = only.and_then(|part| part.get("$ref")) else { break };
                part = self.target(pointer)?;
            }
            written.push(self.part(part, &place.below("oneOf", &i.to_string()))?);
        }
        Ok(Value::Array(written))
    }

    fn members(&mut self, keyword: &str, value: &'a Value, place: &Place) -> Result<Value> {
        let members = value.as_object().ok_or_else(|| place.fault(keyword, "must be an object of schemas"))?;
        let mut written = Object::new();
        for (name, member) in members {
            let member = self.part(member, &place.below(keyword, name))?;
            let key = if keyword == "properties" { name.clone() } else { strings::found(name, keyword, place)? };
            if written.insert(key, member).is_some() {
                return Err(place.fault(keyword, "has two patterns for the same names"));
            }
        }
        Ok(Value::Object(written))
    }

    fn reference(&mut self, value: &'a Value, place: &Place) -> Result<Value> {
        let pointer = value.as_str().ok_or_else(|| place.fault("$ref", "must be a string"))?;
        self.target(pointer)?;
        let known = self.pointers.iter().position(|known| known == pointer);
        let index = known.unwrap_or_else(|| {
            self.pointers.push(pointer.to_owned());
            self.pointers.len() - 1
        });
        Ok(Value::String(format!("#/$defs/{index}")))
    }

    fn target(&self, pointer: &str) -> Result<&'a Value> {
        let fault = |why: &str| Place::root().fault("$ref", format!("{} {why}", shown(pointer)));
        let path = pointer.strip_prefix('#').filter(|path| path.is_empty() || path.starts_with('/'));
        let path =
            path.ok_or_else(|| fault("is not supported: it must point into the same schema, as #/$defs/name"))?;
        self.root.pointer(&decoded(path)).ok_or_else(|| fault("points to nothing"))
    }

    /// Where that stands in the schema which this pointer finds in what is written.
    fn origin(&self, written: &str) -> String {
        let mut steps = written.split('/').skip(1).peekable();
        let mut pointer = String::new();
        if steps.next_if_eq(&"$defs").is_some() {
            let index = steps.next().and_then(|index| index.parse::<usize>().ok());
            pointer += index.and_then(|index| self.pointers.get(index)).map_or("#", String::as_str);
        }
        for step in steps {
            let items = self.root.pointer(&decoded(format!("{pointer}/items").trim_start_matches('#')));
            let step = match step {
                "prefixItems" if items.is_some_and(Value::is_array) => "items",
                "items" if items.is_some_and(Value::is_array) => "additionalItems",
                step => step,
            };
            pointer = format!("{pointer}/{step}");
        }
        pointer
    }

    /// Lists have been written in two ways: `items` and `additionalItems`, later `prefixItems` and `items`.
    fn items(&mut self, schema: &'a Object, place: &Place, written: &mut Object) -> Result<()> {
        let (first, rest) = match (schema.get("prefixItems"), schema.get("items"), schema.get("additionalItems")) {
            (Some(_), _, Some(_)) | (Some(_), Some(Value::Array(_)), _) => {
                return Err(place.fault("prefixItems", "cannot go with a list of items or additionalItems"));
            }
            (Some(_), ..) if self.is_old() => {
                return Err(place.fault("prefixItems", "is not known to the version of JSON Schema that $schema names"));
            }
            (None, Some(list @ Value::Array(_)), rest) => {
                (Some(("items", list)), rest.map(|rest| ("additionalItems", rest)))
            }
            (first, rest, _) => (first.map(|list| ("prefixItems", list)), rest.map(|rest| ("items", rest))),
        };
        if let Some((keyword, list)) = first {
            let list = self.list(keyword, list, place)?;
            written.insert("prefixItems".to_owned(), list);
        }
        if let Some((keyword, rest)) = rest {
            let rest = self.part(rest, &place.under(keyword))?;
            written.insert("items".to_owned(), rest);
        }
        Ok(())
    }

    /// Whether `$schema` names a version from before 2020-12.
    fn is_old(&self) -> bool {
        let version = self.root.get("$schema").and_then(Value::as_str).unwrap_or_default();
        ["draft-03", "draft-04", "draft-06", "draft-07", "2019-09"].iter().any(|old| version.contains(old))
    }
}

fn is_note(keyword: &str) -> bool {
    ["title", "description", "default", "deprecated", "$comment"].contains(&keyword) || keyword.starts_with("x-")
}

fn types(value: &Value, place: &Place) -> Result<Value> {
    let known = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    match value {
        Value::Array(names) if !names.is_empty() && names.iter().all(known) => {}
        _ if known(value) => {}
        _ => return Err(place.fault("type", format!("must be of {}", TYPES.join(", ")))),
    }
    // A number takes in integers.
    let value = match value {
        Value::Array(names) if names.iter().any(|name| name == "number") => {
            Value::Array(names.iter().filter(|name| *name != "integer").cloned().collect())
        }
        _ => value.clone(),
    };
    Ok(value)
}

/// Whether values of a type are among those that a schema allows, as far as its `type` says.
fn may_be(schema: &Object, name: &str) -> bool {
    match schema.get("type") {
        None => true,
        Some(Value::Array(names)) => names.iter().any(|found| found == name),
        Some(found) => found == name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_output_cannot_be_held_to_is_refused() {
        let refused = [
            (json!({"type": "array", "uniqueItems": true}), "uniqueItems"),
            (json!({"not": {"type": "null"}}), "not"),
            (json!({"if": true, "then": true}), "if"),
            (json!({"type": "object", "propertyNames": {"pattern": "a"}}), "propertyNames"),
            (json!({"type": "object", "minProperties": 2}), "minProperties"),
            (json!({"type": "string", "format": "regex"}), "format"),
            (json!({"type": "string", "contentEncoding": "base64"}), "contentEncoding"),
            (json!({"type": "string", "pattern": "(?=a)"}), "pattern"),
            (json!({"type": "number", "multipleOf": 0.1}), "multipleOf"),
            (json!({"const": 9_007_199_254_740_993_u64}), "const"),
            (json!({"enum": ["\u{1}"]}), "enum"),
            (json!({"minimum": 0.123_456_789_012_345_6}), "minimum"),
            (json!({"$ref": "https://example.com/schema"}), "$ref"),
            (json!({"$ref": "#/nowhere"}), "$ref"),
            (json!({"properties": {"a": {"$id": "b"}}}), "$id"),
            (json!({"items": [true], "prefixItems": [true]}), "prefixItems"),
            (json!({"misspelt": 1}), "misspelt"),
            (json!({"type": "text"}), "type"),
            (json!({"required": "a"}), "required"),
            (json!({"x-guidance": {"lenient": true}}), "x-guidance/lenient"),
            (json!({"x-guidance": {"whitespace_pattern": "a*"}}), "x-guidance/whitespace_pattern"),
            (json!({"x-guidance": {"item_separator": ";"}}), "x-guidance/item_separator"),
            (json!({"x-guidance": {"json_allowed_escapes": "u"}}), "x-guidance/json_allowed_escapes"),
        ];
        for (schema, expected) in refused {
            match prepare(&schema) {
                Err(TextError::SchemaKeyword { keyword, .. }) => assert_eq!(keyword, expected, "{schema}"),
                other => panic!("{schema}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_error_says_where() {
        let schema = json!({"properties": {"a/b": {"items": {"not": {}}}}});
        let error = prepare(&schema).unwrap_err().to_string();
        assert_eq!(error, "the JSON schema, at /properties/a~1b/items: not is not supported");
    }

    #[test]
    fn schemas_too_deep_or_too_large_are_refused() {
        let deep = (0..500).fold(json!({}), |inner, _| json!({"items": inner}));
        assert!(matches!(prepare(&deep), Err(TextError::GrammarLimit { .. })));
        let large = json!({"anyOf": vec![json!({"type": "null"}); MOST_PARTS]});
        assert!(matches!(prepare(&large), Err(TextError::GrammarLimit { .. })));
        assert!(matches!(prepare(&json!({"minLength": 1e12})), Err(TextError::GrammarLimit { .. })));
    }

    #[test]
    fn parts_without_a_value_of_finite_size_are_left_out() {
        let endless = json!({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}});
        assert!(matches!(prepare(&endless), Err(TextError::GrammarUnmet { .. })));
        let list = json!({"$ref": "#/$defs/l", "$defs": {"l": {"anyOf": [{"type": "null"}, {"type": "array", "minItems": 1,
            "items": {"$ref": "#/$defs/endless"}}]}, "endless": {"allOf": [{"$ref": "#/$defs/endless"}]}}});
        let written = prepare(&list).unwrap();
        assert_eq!(written["$defs"]["0"], json!({"anyOf": [{"type": "null"}, false]}));
    }

    #[test]
    fn a_schema_that_contradicts_itself_says_where() {
        let list = json!({"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/a~1b"},
            "$defs": {"a/b": {"type": "object", "required": ["x/y"], "properties": {"x/y": {"anyOf": [false]}}}}});
        let cyclic = json!({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, false]}}});
        let found = [
            (json!(false), "the root"),
            (json!({"anyOf": [false]}), "/anyOf/0"),
            (json!({"anyOf": [false, false]}), "the root"),
            (json!({"type": "array", "items": false, "minItems": 1}), "/items"),
            (json!({"type": "array", "items": [true, false], "minItems": 2}), "/items/1"),
            (json!({"type": "array", "items": [true], "additionalItems": false, "minItems": 2}), "/additionalItems"),
            (json!({"type": "object", "required": ["b", "a"], "properties": {"a": false}}), "/properties/a"),
            (json!({"type": "object", "required": ["a"], "additionalProperties": false}), "/additionalProperties"),
            (list, "#/$defs/a~1b/properties/x~1y/anyOf/0"),
            (cyclic, "#/$defs/a/allOf/0"),
        ];
        for (schema, at) in found {
            let why = format!("no value is valid at {at} of its schema");
            assert_eq!(prepare(&schema).unwrap_err(), TextError::GrammarUnmet { why }, "{schema}");
        }
        let endless = json!({"type": "array", "minItems": 1, "items": {"$ref": "#"}});
        let why = "its schema has no value of finite size".to_owned();
        assert_eq!(prepare(&endless).unwrap_err(), TextError::GrammarUnmet { why });
    }

    #[test]
    fn names_are_shown_as_the_schema_has_them() {
        match prepare(&json!({"patternProperties": {"^[0-9]+$": {"not": true}}})) {
            Err(TextError::SchemaKeyword { at, .. }) => assert_eq!(at, "/patternProperties/^[0-9]+$"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn old_ways_to_write_things_become_new_ones() {
        let old = json!({"items": [{"type": "null"}], "additionalItems": false});
        let written = prepare(&old).unwrap();
        assert_eq!((&written["prefixItems"], &written["items"]), (&json!([{"type": "null"}]), &json!(false)));
        let written = prepare(&json!({"minimum": 3, "exclusiveMinimum": true, "maximum": 1e18})).unwrap();
        assert_eq!((&written["minimum"], &written["maximum"]), (&json!(3.00000000000001), &json!(MOST_EXACT)));
        let written = prepare(&json!({"type": "integer", "minimum": 3, "exclusiveMinimum": true})).unwrap();
        assert_eq!(written["exclusiveMinimum"], json!(3));
        let written = prepare(&json!({"type": "integer", "format": "uint8", "minimum": 3})).unwrap();
        assert_eq!((&written["minimum"], &written["maximum"]), (&json!(3), &json!(255)));
    }
}
