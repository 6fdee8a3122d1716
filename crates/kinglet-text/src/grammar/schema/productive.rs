//! Takes out of a schema what has no value of finite size, such as a list that must have a list like itself.
//!
//! A model would go into such a part and never come out of it.

use serde_json::Value;

use super::{DEEPEST, Object, may_be, place::escaped};

/// Puts `false` in place of every part without a value of finite size.
pub(super) fn prune(root: Value, definitions: Object) -> (Value, Object) {
    let known = with_values(&definitions, false);
    let definitions = definitions.into_iter().map(|(name, schema)| (name, pruned(schema, &known))).collect();
    (pruned(root, &known), definitions)
}

/// Where a schema has a part that keeps it from having a value of any size: a pointer to the innermost such part, or
/// to one of them.
pub(super) fn contradiction(root: &Value, definitions: &Object) -> Option<String> {
    let known = with_values(definitions, true);
    if has_value(root, &known) {
        return None;
    }
    let (mut pointer, mut part) = (String::new(), root);
    // Definitions may come back to themselves.
    for _ in 0..DEEPEST {
        let Some((step, cause)) = part.as_object().and_then(|schema| cause(schema, definitions, &known)) else { break };
        pointer = if step.starts_with("/$defs/") { step } else { pointer + &step };
        part = cause;
    }
    Some(pointer)
}

/// Which definitions have a value. If those that say so only of each other are to be among them, its size may be
/// infinite.
fn with_values(definitions: &Object, infinite: bool) -> Object {
    let mut known: Object = definitions.keys().map(|name| (name.clone(), infinite.into())).collect();
    // Definitions that change may change others.
    loop {
        let changed: Vec<String> = definitions
            .iter()
            .filter(|(name, schema)| {
                known.get(*name) == Some(&infinite.into()) && has_value(schema, &known) != infinite
            })
            .map(|(name, _)| name.clone())
            .collect();
        if changed.is_empty() {
            return known;
        }
        changed.into_iter().for_each(|name| drop(known.insert(name, (!infinite).into())));
    }
}

/// Of a schema without a value, the part that is to blame, and the way to it.
fn cause<'a>(schema: &'a Object, definitions: &'a Object, known: &Object) -> Option<(String, &'a Value)> {
    let barren = |part: &Value| !has_value(part, known);
    if let Some(name) = definition(schema)
        && let Some(part) = definitions.get(name).filter(|part| barren(part))
    {
        return Some((format!("/$defs/{name}"), part));
    }
    let list = |keyword: &str| schema.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let first = |keyword: &str| {
        let found = list(keyword).iter().enumerate().find(|(_, part)| barren(part));
        found.map(|(i, part)| (format!("/{keyword}/{i}"), part))
    };
    if let Some(cause) = first("allOf") {
        return Some(cause);
    }
    // Of alternatives, each is to blame.
    for keyword in ["anyOf", "oneOf"] {
        match list(keyword) {
            [part] if barren(part) => return Some((format!("/{keyword}/0"), part)),
            [_, ..] if list(keyword).iter().all(barren) => return None,
            _ => {}
        }
    }
    let all = |keyword: &str| schema.get(keyword).filter(|part| barren(part)).map(|part| (format!("/{keyword}"), part));
    let types = [may_be(schema, "array"), may_be(schema, "object")];
    match types {
        [true, false] => first("prefixItems").or_else(|| all("items")),
        [false, true] => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            let properties = schema.get("properties").and_then(Value::as_object);
            let found = required.filter_map(Value::as_str).find_map(|name| {
                let part = properties?.get(name).filter(|part| barren(part))?;
                Some((format!("/properties/{}", escaped(name)), part))
            });
            found.or_else(|| all("additionalProperties"))
        }
        _ => None,
    }
}

/// The definition that a schema refers to.
fn definition(schema: &Object) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"))
}

/// Whether a schema has a value, if those definitions have one that are known to.
fn has_value(schema: &Value, known: &Object) -> bool {
    let schema = match schema {
        Value::Bool(any) => return *any,
        Value::Object(schema) => schema,
        _ => return true,
    };
    let met = |schema: &Value| has_value(schema, known);
    let list = |keyword: &str| schema.get(keyword).and_then(Value::as_array);
    if definition(schema).is_some_and(|name| known.get(name) != Some(&Value::Bool(true))) {
        return false;
    }
    if list("allOf").is_some_and(|parts| !parts.iter().all(met))
        || ["anyOf", "oneOf"].iter().filter_map(|keyword| list(keyword)).any(|parts| !parts.iter().any(met))
    {
        return false;
    }
    // Of other types there always is one, as far as is looked at here.
    let simple = ["null", "boolean", "integer", "number", "string"].iter().any(|name| may_be(schema, name));
    simple
        || (may_be(schema, "array") && has_list(schema, known))
        || (may_be(schema, "object") && has_object(schema, known))
}

fn has_list(schema: &Object, known: &Object) -> bool {
    let least =
        schema.get("minItems").and_then(Value::as_u64).and_then(|least| usize::try_from(least).ok()).unwrap_or(0);
    let first = schema.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    first.iter().take(least).all(|item| has_value(item, known))
        && (least <= first.len() || schema.get("items").is_none_or(|items| has_value(items, known)))
}

fn has_object(schema: &Object, known: &Object) -> bool {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let properties = schema.get("properties").and_then(Value::as_object);
    required.into_iter().all(|name| match properties.and_then(|properties| properties.get(name)) {
        Some(property) => has_value(property, known),
        // A pattern may stand for it, which this does not look at.
        None if schema.contains_key("patternProperties") => true,
        None => schema.get("additionalProperties").is_none_or(|additional| has_value(additional, known)),
    })
}

fn pruned(schema: Value, known: &Object) -> Value {
    if !has_value(&schema, known) {
        return Value::Bool(false);
    }
    let Value::Object(schema) = schema else { return schema };
    let inner = schema.into_iter().map(|(keyword, value)| {
        let value = match (keyword.as_str(), value) {
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(parts)) => {
                Value::Array(parts.into_iter().map(|part| pruned(part, known)).collect())
            }
            ("properties" | "patternProperties", Value::Object(parts)) => {
                Value::Object(parts.into_iter().map(|(name, part)| (name, pruned(part, known))).collect())
            }
            ("items" | "additionalProperties", part) => pruned(part, known),
            (_, value) => value,
        };
        (keyword, value)
    });
    Value::Object(inner.collect())
}
