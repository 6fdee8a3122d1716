//! Takes out of a schema what has no value of finite size, such as a list that must have a list like itself.
//!
//! A model would go into such a part and never come out of it.

use serde_json::{Map, Value};

use super::{Object, may_be};

/// Puts `false` in place of every part without a value of finite size.
pub(super) fn prune(root: Value, definitions: Object) -> (Value, Object) {
    let mut known: Map<String, Value> = definitions.keys().map(|name| (name.clone(), Value::Bool(false))).collect();
    // Of the definitions, those that others have made finite may make more so.
    loop {
        let more: Vec<String> = definitions
            .iter()
            .filter(|(name, schema)| known.get(*name) == Some(&Value::Bool(false)) && is_finite(schema, &known))
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            break;
        }
        more.into_iter().for_each(|name| drop(known.insert(name, Value::Bool(true))));
    }
    let definitions = definitions.into_iter().map(|(name, schema)| (name, pruned(schema, &known))).collect();
    (pruned(root, &known), definitions)
}

fn is_finite(schema: &Value, known: &Object) -> bool {
    let schema = match schema {
        Value::Bool(any) => return *any,
        Value::Object(schema) => schema,
        _ => return true,
    };
    let finite = |schema: &Value| is_finite(schema, known);
    let list = |keyword: &str| schema.get(keyword).and_then(Value::as_array);
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix("#/$defs/"))
        && known.get(name) != Some(&Value::Bool(true))
    {
        return false;
    }
    if list("allOf").is_some_and(|parts| !parts.iter().all(finite))
        || ["anyOf", "oneOf"].iter().filter_map(|keyword| list(keyword)).any(|parts| !parts.iter().any(finite))
    {
        return false;
    }
    // Any value that is no list and no object is finite.
    let simple = ["null", "boolean", "integer", "number", "string"].iter().any(|name| may_be(schema, name));
    simple
        || (may_be(schema, "array") && has_finite_list(schema, known))
        || (may_be(schema, "object") && has_finite_object(schema, known))
}

fn has_finite_list(schema: &Object, known: &Object) -> bool {
    let least =
        schema.get("minItems").and_then(Value::as_u64).and_then(|least| usize::try_from(least).ok()).unwrap_or(0);
    let first = schema.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    first.iter().take(least).all(|item| is_finite(item, known))
        && (least <= first.len() || schema.get("items").is_none_or(|items| is_finite(items, known)))
}

fn has_finite_object(schema: &Object, known: &Object) -> bool {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let properties = schema.get("properties").and_then(Value::as_object);
    required.into_iter().all(|name| match properties.and_then(|properties| properties.get(name)) {
        Some(property) => is_finite(property, known),
        // A pattern may stand for it, which this does not look at.
        None if schema.contains_key("patternProperties") => true,
        None => schema.get("additionalProperties").is_none_or(|additional| is_finite(additional, known)),
    })
}

fn pruned(schema: Value, known: &Object) -> Value {
    if !is_finite(&schema, known) {
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
