//! Wrong programs, and what their authors are told: `wrong_programs.txt` of
//! each slice.

use std::collections::BTreeMap;
use std::fmt::Write;

use expect_test::{expect, expect_file};

use super::WRONG_PROGRAMS;
use super::presets::Preset;
use crate::component::{Args, Place};
use crate::property::written::{object, refusals};
use crate::property::{Envelope, Map, Output, Value};

/// Where the wrong programs run.
const PLACE: Place<'_> = Place { region: Some("eu-west-1"), tags: None, claimed: None };

#[test]
fn wrong_programs_are_told_what_is_wrong() {
    let read = |program: &Map| Args::read(program, &PLACE).map(drop);
    let mut told = String::new();
    for (slice, programs) in WRONG_PROGRAMS {
        let of_slice = refusals(programs, "wrong programs", read);
        expect_file![format!("../{slice}/wrong_programs.txt")].assert_eq(&of_slice);
        told.push_str(&of_slice);
    }
    // In one program it is no secret.
    let shown = ["hunter2\"", "hunter2|", "4711"];
    let reasons = told.lines().filter(|line| line.starts_with("    "));
    let showing = reasons.filter(|line| shown.iter().any(|secret| line.contains(secret)));
    assert_eq!(showing.count(), 1, "{told}");
}

/// What is too large to stand in the table.
#[test]
fn what_is_too_large_is_told_with_its_size() {
    let mut tags: BTreeMap<String, String> =
        (0..44).map(|n| (format!("k{n}"), "v".into())).collect();
    tags.insert("k44".to_owned(), "v".repeat(257));
    let stacks: BTreeMap<String, Output<String>> =
        ["pulumi:project", "pulumi:stack", "k1", "team"].map(|key| (key.into(), "v".into())).into();
    let program = serde_json::json!({
        "useDefaultVpc": true,
        "environment": {"BLOB": "x".repeat(65_533)},
        "healthCheck": {"path": format!("/{}", "x".repeat(1024))},
        "monitoring": {"alarmActions": vec!["arn:aws:sns:eu-west-1:123456789012:ops"; 6]},
        "tags": tags,
    });
    let place = Place { tags: Some(&stacks), ..PLACE };
    let error = Args::read(&object(&program.to_string()), &place).expect_err("it is too large");
    expect![[r"
        `environment`: It has 65537 bytes, and ECS allows 65536 for the whole task definition. Let the application read large values from S3, Secrets Manager or the Parameter Store.
        `healthCheck.path`: It has 1025 characters; 1024 are allowed.
        `monitoring.alarmActions`: 6 are given; an alarm has 5 at most.
        `tags`: With the 8 tags that are set anyway (`defaultTags`, the stack's and the owner's) it would be 52; AWS allows 50.
        `tags.k44`: It has 257 characters; AWS allows 256."]].assert_eq(&error.to_string());
    let mut fewer = program;
    for key in ["k43", "k44"] {
        fewer["tags"].as_object_mut().expect("tags").remove(key);
    }
    let fewer = fewer.to_string();
    let error = Args::read(&object(&fewer), &place).expect_err("the rest is too large");
    assert!(!error.to_string().contains("`tags`"), "{error}");
}

fn accept(json: &str) -> Args {
    match Args::read(&object(json), &Place::default()) {
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
    let written: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("inputs.json")).expect("a list");
    for fact in Args::facts() {
        let plain = |it: &serde_json::Value| it["path"] == fact.path && it["plain"] == true;
        let name = &fact.path.as_str();
        if written.iter().any(plain) || fact.is_group || name.contains('.') {
            continue;
        }
        let mut map = object(r#"{"image": "nginx"}"#);
        if ["vpcId", "publicSubnetIds", "privateSubnetIds"].contains(name) {
            map.insert("publicSubnetIds".to_owned(), Value::unknown());
        } else {
            map.insert("useDefaultVpc".to_owned(), Value::Bool(true));
        }
        if ["sslPolicy", "additionalCertificateArns"].contains(name) {
            map.insert("certificateArn".to_owned(), Value::unknown());
        }
        if *name == "secretsKmsKeyArns" {
            map.insert("secrets".to_owned(), Value::unknown());
        }
        if ["secretKmsKeyArn", "secretRecoveryDays"].contains(name) {
            map.insert("secretValues".to_owned(), object(r#"{"it": {"KEY": "x"}}"#)["it"].clone());
        }
        if *name == "hostedZoneId" {
            map.insert("domainName".to_owned(), "shop.example.com".into());
        }
        if *name == "listenerArn" {
            let routes = object(r#"{"routes": [{"pathPatterns": ["/a"]}]}"#);
            map.insert("routes".to_owned(), routes["routes"].clone());
        }
        if *name == "imageTag" {
            map.remove("image");
        }
        map.insert((*name).to_owned(), Value::unknown());
        if let Err(error) = Args::read(&map, &Place::default()) {
            panic!("`{name}` may not be unknown: {error}");
        }
    }
}

/// What decides which parts there are comes plain; a known value of another resource is as good.
#[test]
fn what_decides_which_parts_there_are_is_known_and_open() {
    let dependent = |value: Value| {
        let dependencies = ["urn:pulumi:s::p::t::config".to_owned()].into();
        Value::Output(Box::new(Envelope { value: Some(value), secret: false, dependencies }))
    };
    let mut map = object(r#"{"repository": {"keepImages": 3}}"#);
    map.insert("useDefaultVpc".to_owned(), dependent(Value::Bool(true)));
    map.insert("preset".to_owned(), dependent("dev".into()));
    let blocks = Value::List(vec!["10.0.0.0/8".into(), dependent("::/0".into())]);
    map.insert("allowedCidrBlocks".to_owned(), dependent(blocks));
    let dualstack = Value::Map([("ipAddressType".to_owned(), "dualstack".into())].into());
    map.insert("loadBalancer".to_owned(), dependent(dualstack));
    let args = Args::read(&map, &Place::default()).expect("all is known");
    assert_eq!(
        (args.network.use_default_vpc, args.general.preset),
        (Some(true), Some(Preset::Dev))
    );
    assert_eq!(args.balancer.allowed_cidr_blocks.map(|it| it.len()), Some(2));

    map.insert("useDefaultVpc".to_owned(), Value::unknown());
    map.insert("preset".to_owned(), Value::from("hunter2").into_secret());
    let error = Args::read(&map, &Place::default()).expect_err("one is unknown, one is secret");
    expect![[r"
        `preset`: It decides which resources exist, and their names are not secret: use a value that is not secret.
        `useDefaultVpc`: It decides which resources exist, so it must be known in the preview: use a value that does not come from a resource yet to be created."]].assert_eq(&error.to_string());
    map.insert("useDefaultVpc".to_owned(), dependent("yes".into()));
    map.insert("preset".to_owned(), dependent("tiny".into()));
    let error = Args::read(&map, &Place::default()).expect_err("both are wrong");
    expect![[r#"
        `preset`: "tiny" is not allowed. Allowed are `dev`, `staging`, `prod`.
        `useDefaultVpc`: Expected true or false, got the text "yes"."#]]
    .assert_eq(&error.to_string());
}

#[test]
fn nothing_of_a_secret_is_told() {
    let told = ["cpu", "image", "architecture", "certificateArn", "vpcId"].map(|name| {
        let mut map = object(r#"{"useDefaultVpc": true}"#);
        map.insert(name.to_owned(), Value::from("hunter 2").into_secret());
        Args::read(&map, &Place::default()).expect_err("it is wrong").to_string()
    });
    assert!(!told.concat().contains("hunter"));
    expect![[r"
        `cpu`: The value, which is secret, is of the wrong type.
        `image`: The value, which is secret, is not allowed here.
        `architecture`: The value, which is secret, is of the wrong type.
        `certificateArn`: The value, which is secret, is not allowed here.
        `vpcId`: The value, which is secret, is not allowed here.
        `vpcId`: `useDefaultVpc` chooses the network already. Set only one of the two."]]
    .assert_eq(&told.join("\n"));
    let secret = Value::Map([("A".to_owned(), Value::from("hunter 2").into_secret())].into());
    let mut map = object(r#"{"useDefaultVpc": true}"#);
    map.insert("environment".to_owned(), secret);
    let error =
        Args::read(&map, &Place::default()).expect_err("a secret is no environment variable");
    assert!(!error.to_string().contains("hunter"));
    expect!["`environment.A`: The value is secret, but environment variables are readable by everyone who may see the task definition. Put it under `secretValues`, or, if it is in Secrets Manager already, name its ARN under `secrets`."].assert_eq(&error.to_string());
}

#[test]
fn what_may_not_be_meant_is_warned_of() {
    let told = |json: &str| accept(json).warned().join("\n");
    expect![""].assert_eq(&told(r#"{"useDefaultVpc": true, "preset": "dev"}"#));
    // What a preset has on purpose, and what nobody from outside can see.
    expect![""].assert_eq(&told(
        r#"{"privateSubnetIds": ["subnet-a", "subnet-b"], "internal": true, "preset": "staging"}"#,
    ));
    expect![""].assert_eq(&told(
        r#"{"useDefaultVpc": true, "silence": ["plainHttp", "oneTask", "notWaiting"],
            "waitForSteadyState": false, "autoscaling": {"enabled": false}, "desiredCount": 1}"#,
    ));
    expect![[r#"
        The load balancer has IPv6 addresses, but `allowedCidrBlocks` has no IPv6 block: clients with both try IPv6 first, and time out. Silence this with `silence: ["noIpv6Clients"]`.
        The load balancer sends requests to port 8080 and health checks to port 9090: the container must listen on both, and a check says nothing of port 8080. Silence this with `silence: ["healthCheckPort"]`."#]].assert_eq(&told(
        r#"{"useDefaultVpc": true, "preset": "dev", "healthCheck": {"port": "9090"},
            "containerPort": 8080, "loadBalancer": {"ipAddressType": "dualstack"},
            "allowedCidrBlocks": ["10.0.0.0/8"]}"#,
    ));
    expect![[r#"`url` names the load balancer, which no certificate covers, so browsers refuse it. Set `domainName` to a name that your certificate covers. Silence this with `silence: ["urlNotCovered"]`."#]].assert_eq(&told(
        r#"{"useDefaultVpc": true,
            "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/x"}"#,
    ));
    expect![[r#"The service uses plain HTTP. Set `domainName`, or `certificateArn`, to serve HTTPS. Silence this with `silence: ["plainHttp"]`."#]]
        .assert_eq(&told(r#"{"useDefaultVpc": true}"#));
    let one = r#"{"useDefaultVpc": true, "autoscaling": {"enabled": false}, "desiredCount": 1}"#;
    expect![[r#"
        Only one task is guaranteed to run. If it crashes or its zone fails, the service is down until a new task has started. Silence this with `silence: ["oneTask"]`.
        The service uses plain HTTP. Set `domainName`, or `certificateArn`, to serve HTTPS. Silence this with `silence: ["plainHttp"]`."#]].assert_eq(&told(one));
    expect![[r#"
        `waitForSteadyState` is false: this run does not check whether the tasks start. Silence this with `silence: ["notWaiting"]`.
        `allowedCidrBlocks` is empty: no client reaches the service until you add rules to the security group `albSecurityGroupId`. Silence this with `silence: ["noClients"]`.
        `assignPublicIp` is false, and the tasks run in public subnets: they reach the registry and the logs only through VPC endpoints. Without those no task starts. Silence this with `silence: ["noPublicIp"]`."#]].assert_eq(&told(
        r#"{"preset": "dev", "useDefaultVpc": true, "allowedCidrBlocks": [],
            "assignPublicIp": false, "waitForSteadyState": false}"#,
    ));
    let many = (0..31).map(|n| format!("\"10.{n}.0.0/16\"")).collect::<Vec<_>>().join(", ");
    let https = "arn:aws:acm:eu-west-1:123456789012:certificate/x";
    expect![[r#"
        `url` names the load balancer, which no certificate covers, so browsers refuse it. Set `domainName` to a name that your certificate covers. Silence this with `silence: ["urlNotCovered"]`.
        `allowedCidrBlocks` creates 62 rules in one security group, because each block is one for port 80 and one for 443. AWS allows 60, unless it has raised the quota of the account: use fewer and larger blocks, or request a higher quota. Silence this with `silence: ["manyRules"]`."#]].assert_eq(&told(&format!(
        r#"{{"preset": "dev", "useDefaultVpc": true, "certificateArn": "{https}",
            "allowedCidrBlocks": [{many}]}}"#
    )));
    let names = (0..10).map(|n| format!("\"{n}.example.com\"")).collect::<Vec<_>>().join(", ");
    expect![[r#"
        The certificate has 11 names. ACM allows 10, unless AWS has raised the quota of the account: use a wildcard, or ask for a higher quota. Silence this with `silence: ["manyNames"]`.
        With `dns: false` nothing leads example.com and the other names to the service. Where your DNS is, create for each a CNAME record (at the top of a zone an ALIAS or ANAME record) with the value of the output `loadBalancerDnsName`. Silence this with `silence: ["recordsElsewhere"]`."#]].assert_eq(&told(&format!(
        r#"{{"preset": "dev", "useDefaultVpc": true, "domainName": "example.com", "dns": false,
            "subjectAlternativeNames": [{names}]}}"#
    )));
    expect![[r#"With `dns: false` nothing leads example.com to the service. Where your DNS is, create for each a CNAME record (at the top of a zone an ALIAS or ANAME record) with the value of the output `loadBalancerDnsName`. Silence this with `silence: ["recordsElsewhere"]`."#]].assert_eq(&told(
        r#"{"preset": "dev", "useDefaultVpc": true, "domainName": "example.com", "dns": false}"#,
    ));
    expect![[r#"`assignPublicIp` is true, but the tasks run in private subnets: a public address has no effect there without a route to an internet gateway. Silence this with `silence: ["publicIpInPrivateSubnets"]`."#]].assert_eq(&told(
        r#"{"preset": "dev", "publicSubnetIds": ["subnet-a", "subnet-b"], "assignPublicIp": true,
            "privateSubnetIds": ["subnet-c", "subnet-d"]}"#,
    ));
}

#[test]
fn latest_in_a_repository_whose_tags_do_not_move_is_warned_of() {
    let warned = |json: &str| {
        let all = accept(json).warned();
        all.into_iter().find(|it| it.contains("immutable"))
    };
    let prod = r#"{"preset": "prod", "useDefaultVpc": true,
        "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/x""#;
    expect![[r#"The tags of the repository are immutable, so `latest` can be pushed only once. Set `imageTag` to a tag of its own for each release, such as its commit; or set `repository.imageTagMutability` to `MUTABLE`. Silence this with `silence: ["latestOnce"]`."#]].assert_eq(&warned(&format!("{prod}}}")).unwrap_or_default());
    assert!(
        warned(
            r#"{"useDefaultVpc": true, "repository": {"imageTagMutability": "IMMUTABLE"},
        "imageTag": "latest"}"#
        )
        .is_some()
    );
    for fine in [
        r#", "imageTag": "v1"}"#,
        r#", "image": "nginx"}"#,
        r#", "repository": {"imageTagMutability": "MUTABLE"}}"#,
    ] {
        assert_eq!(warned(&format!("{prod}{fine}")), None, "{fine}");
    }
}

/// What the declarations say of limits and defaults is said to users, each at its place.
#[test]
fn descriptions_say_the_limits_and_defaults_that_hold() {
    let schema: serde_json::Value =
        serde_json::from_str(&crate::component::pages::schema::generate().expect("a schema"))
            .expect("JSON");
    let text = schema.to_string();
    for mark in ["{limits}", "{default}"] {
        assert!(!text.contains(mark), "{mark} is left");
    }
    let page = crate::component::pages::reference::page().expect("a page");
    for fact in Args::facts() {
        let name = fact.path.rsplit('.').next().expect("a name");
        let lines: Vec<&str> =
            page.lines().filter(|it| it.contains(&format!("**`{name}`**"))).collect();
        if let Some(limits) = fact.limits_in_words() {
            assert!(lines.iter().any(|it| it.contains(&limits)), "{}: {limits}", fact.path);
        }
    }
}

/// One below and one above each limit, and the limits themselves.
#[test]
fn limits_hold_to_the_number() {
    let mut told = String::new();
    for fact in Args::facts() {
        let Some((least, most, unit)) = fact.limits else { continue };
        let complaints = |value: f64| {
            let mut program = Map::from([("useDefaultVpc".to_owned(), Value::Bool(true))]);
            let mut names = fact.path.rsplit('.');
            let input = names.next().unwrap_or_default().to_owned();
            let mut inner = Map::from([(input, Value::Number(value))]);
            for name in names {
                inner = Map::from([(name.to_owned(), Value::Map(inner))]);
            }
            program.extend(inner);
            let wrong = Args::read(&program, &PLACE).err();
            let told = wrong.map(|error| error.to_string()).unwrap_or_default();
            let about = format!("`{}`", fact.path);
            told.lines().filter(|it| it.contains(&about) && it.contains("out of range")).count()
        };
        for fits in [least, most] {
            assert_eq!(complaints(fits), 0, "{} of {fits}", fact.path);
        }
        if least > 0.0 {
            assert_eq!(complaints(least - 1.0), 1, "{} below {least}", fact.path);
        }
        assert_eq!(complaints(most + 1.0), 1, "{} above {most}", fact.path);
        writeln!(told, "{}: {least} to {most}{unit}", fact.path).expect("text");
    }
    expect_file!["limits.txt"].assert_eq(&told);
}

/// No word of others is an input of ours, and none means two.
#[test]
fn each_word_of_others_means_one_input() {
    let facts = Args::facts();
    let mut seen = std::collections::BTreeSet::new();
    for fact in &facts {
        for theirs in fact.peers {
            assert!(facts.iter().all(|it| it.path.to_lowercase() != *theirs), "{theirs}");
            assert!(seen.insert(theirs), "{theirs} means two inputs");
        }
    }
}
