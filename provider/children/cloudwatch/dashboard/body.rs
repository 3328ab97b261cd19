//! What a dashboard shows, and the first widget, which holds its owner and its inputs.

use serde_json::{Value as Json, json};

use super::Inputs;
use crate::resource::{Tags, physical_names};

pub(super) fn render(inputs: &Inputs, region: &str, tags: &Tags) -> Json {
    let service = ["ClusterName", &inputs.cluster_name, "ServiceName", &inputs.service_name];
    let groups = [Some(&inputs.target_group), inputs.alternate_target_group.as_ref()];
    let further = inputs.further_target_groups.iter().flatten();
    let targets: Vec<[&str; 4]> = groups
        .into_iter()
        .flatten()
        .chain(further)
        .map(|group| ["TargetGroup", group.as_str(), "LoadBalancer", &inputs.load_balancer])
        .collect();
    let balancer = ["LoadBalancer", &inputs.load_balancer];
    let elb = |metric: &str, of: &[&str], statistic: &str| {
        line("AWS/ApplicationELB", metric, of, statistic)
    };
    // A line for each target group.
    let each = |metric: &str, statistic: &str| {
        targets.iter().map(|of| elb(metric, of, statistic)).collect::<Vec<_>>()
    };
    let mut charts = vec![
        ("Requests", each("RequestCount", "Sum")),
        ("Response time", ["p50", "p90", "p99"].map(|p| each("TargetResponseTime", p)).concat()),
        (
            "Errors",
            [
                each("HTTPCode_Target_4XX_Count", "Sum"),
                each("HTTPCode_Target_5XX_Count", "Sum"),
                vec![elb("HTTPCode_ELB_5XX_Count", &balancer, "Sum")],
                each("TargetConnectionErrorCount", "Sum"),
            ]
            .concat(),
        ),
        (
            "Health",
            [each("HealthyHostCount", "Minimum"), each("UnHealthyHostCount", "Maximum")].concat(),
        ),
        (
            "CPU and memory, %",
            ["CPUUtilization", "MemoryUtilization"]
                .map(|metric| line("AWS/ECS", metric, &service, "Average"))
                .to_vec(),
        ),
    ];
    if inputs.container_insights {
        let insight = |metric: &str| line("ECS/ContainerInsights", metric, &service, "Average");
        let all = |metrics: &[&str]| metrics.iter().map(|metric| insight(metric)).collect();
        charts.push(("Tasks", all(&["DesiredTaskCount", "RunningTaskCount", "PendingTaskCount"])));
        charts.push(("Network, bytes", all(&["NetworkRxBytes", "NetworkTxBytes"])));
    }
    let mut widgets = vec![json!({
        "type": "text", "x": 0, "y": 0, "width": 24, "height": 4,
        "properties": {"markdown": header(inputs, tags)},
    })];
    for (index, (title, metrics)) in charts.into_iter().enumerate() {
        widgets.push(json!({
            "type": "metric",
            "x": index % 2 * 12, "y": 4 + index / 2 * 6, "width": 12, "height": 6,
            "properties": {
                "title": title, "view": "timeSeries", "region": region, "period": 60,
                "metrics": metrics,
            },
        }));
    }
    let query = format!(
        "SOURCE '{}' | fields @timestamp, @message | sort @timestamp desc | limit 50",
        inputs.log_group_name
    );
    widgets.push(json!({
        "type": "log", "x": 0, "y": 28, "width": 24, "height": 8,
        "properties": {"title": "Last log lines", "region": region, "query": query, "view": "table"},
    }));
    json!({ "widgets": widgets })
}

fn line(namespace: &str, metric: &str, dimensions: &[&str], statistic: &str) -> Json {
    let mut line: Vec<Json> = vec![namespace.into(), metric.into()];
    line.extend(dimensions.iter().map(|part| Json::from(*part)));
    line.push(json!({"stat": statistic}));
    line.into()
}

/// The first widget says what this is, and in its last line its inputs and its owner.
fn header(inputs: &Inputs, tags: &Tags) -> String {
    let made_of = serde_json::to_string(&(inputs, tags)).unwrap_or_default();
    let name = &inputs.service_name;
    format!("# {name}\n\nMade by Pulumi; changes by hand are lost.\n\n`{made_of}`")
}

/// What the first widget holds: inputs and tags.
pub(super) fn held(body: &Json) -> (Option<Inputs>, Tags) {
    let text = body.pointer("/widgets/0/properties/markdown").and_then(Json::as_str);
    let line = text.and_then(|text| text.lines().last()).unwrap_or_default();
    match serde_json::from_str(line.trim_matches('`')) {
        Ok((inputs, tags)) => (Some(inputs), tags),
        Err(_) => (None, Tags::new()),
    }
}

/// The inputs of a body. One that was changed outside of Pulumi has none that we know: then what
/// is read differs from every input, and the next update writes it again.
pub(super) fn inputs(body: &Json, region: &str) -> Inputs {
    let (found, tags) = held(body);
    if let Some(found) = found
        && render(&found, region, &tags) == *body
    {
        return found;
    }
    let print = physical_names::letters(body.to_string().as_bytes(), 8);
    let changed = || format!("(changed outside of Pulumi: {print})");
    Inputs {
        cluster_name: changed(),
        service_name: changed(),
        load_balancer: changed(),
        target_group: changed(),
        alternate_target_group: None,
        further_target_groups: None,
        log_group_name: changed(),
        container_insights: false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Inputs, held, inputs, render};
    use crate::resource::Tags;
    use crate::resource::owner::Owner;

    fn asked() -> Inputs {
        Inputs {
            cluster_name: "web-c".to_owned(),
            service_name: "web-s".to_owned(),
            load_balancer: "app/web/1".to_owned(),
            target_group: "targetgroup/web/2".to_owned(),
            alternate_target_group: None,
            further_target_groups: None,
            log_group_name: "/fargate/web".to_owned(),
            container_insights: true,
        }
    }

    #[test]
    fn a_body_tells_whose_it_is_and_what_it_was_made_of() {
        let tags = Owner::fresh("web", "web-dashboard", "l1").tags();
        let body = render(&asked(), "eu-west-1", &tags);
        assert_eq!(inputs(&body, "eu-west-1"), asked());
        assert_eq!(held(&body).1, tags);
        assert!(held(&serde_json::json!({"widgets": []})).1.is_empty());
    }

    #[test]
    fn a_body_that_somebody_changed_is_not_what_was_asked_for() {
        let mut body = render(&asked(), "eu-west-1", &Tags::new());
        body["widgets"][1]["properties"]["title"] = "mine".into();
        assert_ne!(inputs(&body, "eu-west-1"), asked());
    }

    #[test]
    fn each_metric_of_targets_has_a_line_for_each_target_group() {
        let both =
            Inputs { alternate_target_group: Some("targetgroup/web/3".to_owned()), ..asked() };
        let of = |inputs: &Inputs, group: &str| {
            render(inputs, "eu-west-1", &Tags::new()).to_string().matches(group).count()
        };
        // The first widget names each once.
        assert_eq!(of(&both, "targetgroup/web/2"), 10);
        assert_eq!(of(&both, "targetgroup/web/3"), 10);
        let body = render(&both, "eu-west-1", &Tags::new());
        assert_eq!(inputs(&body, "eu-west-1"), both);
    }

    #[test]
    fn every_metric_widget_names_its_region() {
        let body = render(&asked(), "eu-west-1", &Tags::new());
        for widget in body["widgets"].as_array().expect("widgets") {
            assert!(widget["type"] == "text" || widget["properties"]["region"] == "eu-west-1");
        }
    }

    /// What a person sees in CloudWatch.
    #[test]
    fn the_whole_body() {
        let tags = Tags::from([("team".to_owned(), "web".to_owned())]);
        let body = render(&asked(), "eu-west-1", &tags);
        let body = serde_json::to_string_pretty(&body).expect("JSON") + "\n";
        expect_test::expect_file!["body.json"].assert_eq(&body);
    }
}
