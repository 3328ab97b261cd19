//! Configurations, right and wrong, and the errors for them: `wrong_configurations.txt`
//! beside this file.

use expect_test::expect_file;

use super::{EXAMPLES, Map, TEXTS, Value, changes, problems, settings};
use crate::aws::Settings;
use crate::error::Error;
use crate::property::field_names::names_of;
use crate::property::written::{object, refusals};

fn accept(json: &str) -> Settings {
    settings(&object(json)).unwrap_or_else(|error| panic!("{json} is refused: {error}"))
}

/// Configurations that are wrong in one way or several, as users would write them.
const WRONG: &str = include_str!("wrong_configurations.json");

#[test]
fn wrong_configurations_are_told_what_is_wrong() {
    let message = refusals(WRONG, "wrong configurations", |configuration| {
        let problems = problems(configuration);
        assert!(!problems.is_empty(), "nothing is wrong with {configuration:?}");
        let error = Error::input(problems);
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert_eq!(settings(configuration), Err(error.clone()));
        Err(error)
    });
    expect_file!["wrong_configurations.txt"].assert_eq(&message);
}

#[test]
fn text_of_the_stack_and_typed_values_of_a_program_mean_the_same() {
    let text = accept(
        r#"{"allowedAccountIds": "[\"123456789012\", 210987654321]", "maxRetries": "3",
            "defaultTags": "{\"team\": \"web\", \"cost\": 1234, \"own\": true}",
            "endpoints": "{\"ecs\": \"http://localhost:4566\"}", "version": "0.1.0",
            "assumeRole": "{\"roleArn\": \"arn:aws-cn:iam::123456789012:role/a/b\"}"}"#,
    );
    let typed = accept(
        r#"{"allowedAccountIds": [123456789012, "210987654321"], "maxRetries": 3,
            "defaultTags": {"team": "web", "cost": "1234", "own": "true"},
            "endpoints": {"ecs": "http://localhost:4566"}, "pluginDownloadURL": "x",
            "assumeRole": {"roleArn": "arn:aws-cn:iam::123456789012:role/a/b"}}"#,
    );
    assert_eq!(text, typed);
    assert_eq!(text.max_retries, Some(3));
    assert_eq!(text.allowed_account_ids, ["123456789012", "210987654321"]);
    accept(r#"{"region": "us-gov-east-1", "accessKey": "AKIA", "secretKey": "x", "token": "y"}"#);
    accept(r#"{"region": "eu-north-9", "profile": "prod", "token": null}"#);
}

#[test]
fn what_is_not_known_yet_is_given_all_the_same() {
    let mut keys = object(r#"{"accessKey": "AKIA"}"#);
    keys.insert("secretKey".to_owned(), Value::unknown());
    assert_eq!(problems(&keys), []);
    keys.insert("profile".to_owned(), Value::unknown());
    assert_eq!(problems(&keys).len(), 1);
}

#[test]
fn every_property_is_text_or_has_an_example_that_is_right() {
    for name in names_of::<Settings>() {
        let Some((_, example)) = EXAMPLES.iter().find(|(known, _)| known == name) else {
            assert!(TEXTS.iter().any(|(known, _)| known == name), "`{name}` has no example");
            continue;
        };
        let one: Map = [((*name).to_owned(), Value::from(*example))].into();
        assert_eq!(problems(&one), [], "{name}");
    }
}

#[test]
fn another_spelling_of_the_same_is_no_change() {
    let text = object(
        r#"{"defaultTags": "{\"team\": \"web\"}", "maxRetries": "3", "version": "0.1.0", "region": "eu-west-1",
            "assumeRole": {"$secret": "{\"roleArn\": \"arn:aws:iam::123456789012:role/a\"}"}}"#,
    );
    let typed = object(
        r#"{"defaultTags": {"team": "web"}, "maxRetries": 3, "version": "0.2.0", "region": "eu-west-1",
            "assumeRole": {"roleArn": "arn:aws:iam::123456789012:role/a"}}"#,
    );
    assert_eq!(changes(&text, &typed), []);
    let other = object(
        r#"{"defaultTags": {"team": "shop"}, "maxRetries": "four", "region": "{}", "assumeRole": {"$output": ""}}"#,
    );
    let paths = changes(&text, &other).into_iter().map(|it| it.path).collect::<Vec<_>>();
    assert_eq!(paths, ["assumeRole", "defaultTags", "maxRetries", "region"]);
    let paths = changes(&typed, &other).into_iter().map(|it| it.path).collect::<Vec<_>>();
    assert_eq!(paths, ["assumeRole", "defaultTags.team", "maxRetries", "region"]);
}
