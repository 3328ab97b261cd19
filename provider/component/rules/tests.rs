//! Wrong programs, and what their authors are told: `wrong_programs.txt` beside this file.

use std::fmt::Write;

use expect_test::expect_file;

use super::Args;
use crate::property::codec::from_json_text;
use crate::property::{Map, Value};

fn inputs(json: &str) -> Map {
    let json = serde_json::from_str(json).expect("the program is JSON");
    match from_json_text(json).expect("values") {
        Value::Map(map) => map,
        other => panic!("{other:?} is no object"),
    }
}

/// Programs that are wrong in one way or several, as users would write them.
const WRONG: &str = include_str!("wrong_programs.json");

#[test]
fn wrong_programs_are_told_what_is_wrong() {
    let programs: Vec<serde_json::Value> = serde_json::from_str(WRONG).expect("a list");
    let mut told = String::new();
    for program in &programs {
        let text = program.to_string();
        let error = Args::read(&inputs(&text)).err();
        let error = error.unwrap_or_else(|| panic!("nothing is wrong with {text}"));
        writeln!(told, "{text}\n    {}\n", error.to_string().replace('\n', "\n    "))
            .expect("text");
    }
    writeln!(told, "{} wrong programs", programs.len()).expect("text");
    expect_file!["wrong_programs.txt"].assert_eq(&told);
}

fn accept(json: &str) -> Args {
    match Args::read(&inputs(json)) {
        Ok(args) => args,
        Err(error) => panic!("{json} is refused: {error}"),
    }
}

#[test]
fn small_and_full_programs_are_accepted() {
    accept(r#"{"useDefaultVpc": true}"#);
    accept(r#"{"preset": "dev", "useDefaultVpc": true, "image": "nginx"}"#);
    accept(
        r#"{"preset": "prod", "vpcId": "vpc-1", "publicSubnetIds": ["subnet-a", "subnet-b"],
            "privateSubnetIds": ["subnet-c", "subnet-d"], "cpu": 512, "memory": 1024,
            "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/x",
            "environment": {"A": "1"},
            "secrets": {"B": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:b-AbCdEf:key::"},
            "autoscaling": {"minCapacity": 2, "maxCapacity": 10, "cpuTarget": 70},
            "monitoring": {"level": "advanced", "alarmActions": ["arn:aws:sns:eu-west-1:1:ops"]},
            "tags": {"team": "web"}}"#,
    );
    accept(r#"{"internal": true, "privateSubnetIds": ["subnet-a", "subnet-b"]}"#);
    // What only a preset makes useless is left for the other presets.
    accept(
        r#"{"preset": "dev", "useDefaultVpc": true, "autoscaling": {"maxCapacity": 4},
            "monitoring": {"responseTimeThreshold": 1}}"#,
    );
}

/// What a preview may not know yet passes; the update checks again.
#[test]
fn every_input_may_be_unknown() {
    for name in crate::property::names::names_of::<Args>() {
        let plain = ["preset", "redirectHttp", "allowedCidrBlocks", "useDefaultVpc"];
        let groups = [
            "containerHealthCheck",
            "healthCheck",
            "deployment",
            "repository",
            "autoscaling",
            "monitoring",
        ];
        if plain.contains(name) || groups.contains(name) {
            continue;
        }
        let mut map = inputs(r#"{"image": "nginx"}"#);
        if ["vpcId", "publicSubnetIds", "privateSubnetIds"].contains(name) {
            map.insert("publicSubnetIds".to_owned(), Value::unknown());
        } else {
            map.insert("useDefaultVpc".to_owned(), Value::Bool(true));
        }
        if ["sslPolicy"].contains(name) {
            map.insert("certificateArn".to_owned(), Value::unknown());
        }
        if *name == "imageTag" {
            map.remove("image");
        }
        map.insert((*name).to_owned(), Value::unknown());
        if let Err(error) = Args::read(&map) {
            panic!("`{name}` may not be unknown: {error}");
        }
    }
}

#[test]
fn nothing_of_a_secret_is_told() {
    for name in ["cpu", "image", "architecture", "certificateArn", "vpcId"] {
        let mut map = inputs(r#"{"useDefaultVpc": true}"#);
        map.insert(name.to_owned(), Value::from("hunter 2").into_secret());
        let error = Args::read(&map).expect_err("it is wrong");
        assert!(!error.to_string().contains("hunter"), "{error}");
    }
    let secret = Value::Map([("A".to_owned(), Value::from("hunter 2").into_secret())].into());
    let mut map = inputs(r#"{"useDefaultVpc": true}"#);
    map.insert("environment".to_owned(), secret);
    let error = Args::read(&map).expect_err("a secret is no environment variable");
    assert!(error.to_string().contains("Secrets Manager") && !error.to_string().contains("hunter"));
}

#[test]
fn what_may_not_be_meant_is_warned_of() {
    let warned = |json: &str| accept(json).warnings().len();
    assert_eq!(warned(r#"{"useDefaultVpc": true, "preset": "dev"}"#), 0);
    assert_eq!(warned(r#"{"useDefaultVpc": true}"#), 1, "no HTTPS");
    let one = r#"{"useDefaultVpc": true, "autoscaling": {"enabled": false}, "desiredCount": 1}"#;
    assert_eq!(warned(one), 2, "no HTTPS, and one task");
}
