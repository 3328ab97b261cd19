//! What a role may do, and who may act as it: IAM's policy documents.
//!
//! A document is compared by what it means. The order of statements, actions and resources says
//! nothing, and one string says as much as a list of it. IAM hands documents back URL-encoded
//! (API reference, GetRolePolicy). A statement that only others would write, with `Deny` or
//! `NotAction`, cannot be said here; it is read as one that allows nothing, which no program asks
//! for, so that it shows as drift.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::error::Problem;
use crate::property::sorted;
use crate::property::{Form, IntoMap, Output, Plain, Wire};

/// Operators to keys to values: `{"StringEquals": {"kms:ViaService": ["…"]}}`.
pub type Conditions = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Some actions that are allowed on some resources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement<F: Form = Plain> {
    /// Letters and digits: what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    pub actions: F::Of<Vec<F::Of<String>>>,
    pub resources: F::Of<Vec<F::Of<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<F::Of<Conditions>>,
}

/// The statements in their canonical order, as far as they are known; those that allow nothing are
/// complained of.
pub(super) fn check(
    statements: Output<Vec<Statement<Wire>>>,
    problems: &mut Vec<Problem>,
) -> Output<Vec<Statement<Wire>>> {
    statements.map(|mut statements| {
        for (index, statement) in statements.iter().enumerate() {
            for (name, list) in
                [("actions", &statement.actions), ("resources", &statement.resources)]
            {
                if list.known().is_some_and(Vec::is_empty) {
                    let path = format!("statements[{index}].{name}");
                    problems.push(Problem::new(path, "IAM needs at least one entry here."));
                }
            }
        }
        for statement in &mut statements {
            let Statement { actions, resources, conditions, .. } = statement;
            *actions = sorted(actions.clone());
            *resources = sorted(resources.clone());
            *conditions = conditions.take().map(|conditions| conditions.map(ordered));
        }
        statements.sort_by_cached_key(|statement| {
            (
                statement.sid.clone(),
                known(&statement.actions),
                known(&statement.resources),
                statement.conditions.as_ref().and_then(|conditions| conditions.known().cloned()),
            )
        });
        statements
    })
}

/// The identity policy of these statements.
pub(super) fn policy(statements: &[Statement]) -> Json {
    let statements: Vec<Json> = statements.iter().map(to_json).collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The statements of a policy as IAM hands it back.
pub(super) fn read(document: &str) -> Vec<Statement> {
    let policy = parse(document);
    let mut statements: Vec<Statement> = match policy.get("Statement") {
        Some(Json::Array(statements)) => statements.iter().map(from_json).collect(),
        Some(statement @ Json::Object(_)) => vec![from_json(statement)],
        _ => Vec::new(),
    };
    statements.sort_by_cached_key(|it| {
        (it.sid.clone(), it.actions.clone(), it.resources.clone(), it.conditions.clone())
    });
    statements
}

/// Whether a document as IAM hands it back means the same as `wanted`.
pub(super) fn means(document: &str, wanted: &Json) -> bool {
    normal(&parse(document)) == normal(wanted)
}

fn to_json(statement: &Statement) -> Json {
    let mut json = json!({
        "Effect": "Allow",
        "Action": statement.actions,
        "Resource": statement.resources,
    });
    if let Some(sid) = &statement.sid {
        json["Sid"] = sid.as_str().into();
    }
    if let Some(conditions) = &statement.conditions {
        json["Condition"] = json!(conditions);
    }
    json
}

fn from_json(json: &Json) -> Statement {
    let sid = json.get("Sid").and_then(Json::as_str).map(str::to_owned);
    let nothing = || Statement {
        sid: sid.clone(),
        actions: Vec::new(),
        resources: Vec::new(),
        conditions: None,
    };
    let read = Statement {
        sid: sid.clone(),
        actions: json.get("Action").map(strings).unwrap_or_default(),
        resources: json.get("Resource").map(strings).unwrap_or_default(),
        conditions: json.get("Condition").map(conditions),
    };
    // Read only if nothing is lost by it.
    if normal(&to_json(&read)) == normal(json) { read } else { nothing() }
}

fn conditions(json: &Json) -> Conditions {
    let members = |json: &Json| json.as_object().cloned().unwrap_or_default();
    let keys = |json| members(json).iter().map(|(key, it)| (key.clone(), strings(it))).into_map();
    members(json).iter().map(|(operator, it)| (operator.clone(), keys(it))).into_map()
}

fn ordered(mut conditions: Conditions) -> Conditions {
    conditions.values_mut().flat_map(BTreeMap::values_mut).for_each(|values| values.sort());
    conditions
}

/// A string or a list of strings, as a sorted list.
fn strings(json: &Json) -> Vec<String> {
    let mut strings: Vec<String> = match json {
        Json::String(text) => vec![text.clone()],
        Json::Array(members) => {
            members.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    strings.sort();
    strings
}

/// A document in which equal meanings are equal values.
fn normal(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, it)| (name.clone(), normal(it))).collect())
        }
        Json::Array(members) => {
            let mut members: Vec<Json> = members.iter().map(normal).collect();
            members.sort_by_key(Json::to_string);
            match <[Json; 1]>::try_from(members) {
                Ok([only]) => only,
                Err(members) => Json::Array(members),
            }
        }
        other => other.clone(),
    }
}

/// What cannot be parsed means nothing, and so differs from every document of ours.
fn parse(document: &str) -> Json {
    serde_json::from_str(&decode(document)).unwrap_or_default()
}

/// Undoes RFC 3986's percent encoding.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|it| char::from(*it).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, digit(0), digit(1)) {
            bytes.extend(u8::try_from(high * 16 + low));
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn known(list: &Output<Vec<Output<String>>>) -> Vec<Option<String>> {
    list.known().into_iter().flatten().map(|it| it.known().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Statement, check, decode, means, policy, read};
    use crate::property::{Map, Output, Plain, Value, Wire, decode as from_tree, encode};

    fn pull() -> Statement {
        Statement {
            sid: Some("Pull".to_owned()),
            actions: vec!["ecr:BatchGetImage".to_owned(), "ecr:GetDownloadUrlForLayer".to_owned()],
            resources: vec!["arn:aws:ecr:eu-central-1:123456789012:repository/web".to_owned()],
            conditions: Some(
                [("StringEquals".to_owned(), [("a:b".to_owned(), vec!["c".to_owned()])].into())]
                    .into(),
            ),
        }
    }

    fn login() -> Statement {
        Statement {
            sid: None,
            actions: vec!["ecr:GetAuthorizationToken".to_owned()],
            resources: vec!["*".to_owned()],
            conditions: None,
        }
    }

    #[test]
    fn a_policy_is_read_as_it_was_written() {
        let written = policy(&[pull(), login()]).to_string();
        let encoded = written.replace('"', "%22").replace('{', "%7B").replace(':', "%3a");
        assert_eq!(read(&encoded), [login(), pull()]);
        assert_eq!(decode("50%25 of %C3%BC, 5%"), "50% of ü, 5%");
    }

    #[test]
    fn one_string_and_any_order_say_the_same() {
        let document = json!({
            "Statement": [{
                "Resource": "*", "Action": ["b:B", "a:A"], "Effect": "Allow",
            }],
            "Version": "2012-10-17",
        });
        let statement = Statement { actions: vec!["a:A".to_owned(), "b:B".to_owned()], ..login() };
        assert!(means(&document.to_string(), &policy(std::slice::from_ref(&statement))));
        assert_eq!(read(&document.to_string()), [statement]);
        assert!(!means("no JSON", &policy(&[])));
    }

    #[test]
    fn a_statement_that_we_cannot_say_allows_nothing() {
        let denied = json!({ "Statement": {
            "Sid": "No", "Effect": "Deny", "Action": "s3:*", "Resource": "*",
        }});
        let read = read(&denied.to_string());
        assert_eq!(read[0].sid.as_deref(), Some("No"));
        assert!(read[0].actions.is_empty());
    }

    #[test]
    fn a_check_gives_the_order_in_which_a_refresh_reads() {
        let mut turned = pull();
        turned.actions.reverse();
        let tree = [(
            "statements".to_owned(),
            Value::List(vec![
                Value::Map(encode(&turned).expect("a tree")),
                Value::Map(encode(&login()).expect("a tree")),
            ]),
        )];
        let tree: Map = tree.into();
        let mut given: std::collections::BTreeMap<String, Output<Vec<Statement<Wire>>>> =
            from_tree(&tree).expect("statements");
        let mut problems = Vec::new();
        let checked = check(given.remove("statements").expect("statements"), &mut problems);
        let tree = encode(&std::collections::BTreeMap::from([("s", checked)])).expect("a tree");
        let plain: std::collections::BTreeMap<String, Vec<Statement<Plain>>> =
            from_tree(&tree).expect("statements");
        assert_eq!(plain["s"], read(&policy(&[turned, login()]).to_string()));
        assert!(problems.is_empty());
    }

    #[test]
    fn a_statement_that_allows_nothing_is_refused() {
        let empty: Statement<Wire> = Statement {
            sid: None,
            actions: Vec::new().into(),
            resources: Vec::new().into(),
            conditions: None,
        };
        let mut problems = Vec::new();
        check(vec![empty].into(), &mut problems);
        assert_eq!(problems.len(), 2);
    }
}
