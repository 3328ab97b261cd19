//! The CloudWatch dashboard of the service.
//!
//! Everything but the name can change. `PutDashboard` overwrites a dashboard of the same name
//! without a word, and tells of no tags, so its first widget holds them: whose it is can be seen
//! before. Names are global, not regional.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags, naming,
};

/// The dashboard.
pub struct Dashboard;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub cluster_name: F::Of<String>,
    pub service_name: F::Of<String>,
    /// `app/<name>/<id>`.
    pub load_balancer: F::Of<String>,
    /// `targetgroup/<name>/<id>`.
    pub target_group: F::Of<String>,
    pub log_group_name: F::Of<String>,
    /// Whether Container Insights measures tasks and network.
    pub container_insights: F::Of<bool>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub name: F::Of<String>,
    pub url: F::Of<String>,
}

const GONE: [&str; 2] = ["ResourceNotFound", "DashboardNotFoundError"];

impl Resource for Dashboard {
    const TYPE: &'static str = "fargate:cloudwatch:Dashboard";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "DashboardFind",
            to: "find the dashboard",
            actions: &["cloudwatch:GetDashboard"],
            on: &["arn:aws:cloudwatch::*:dashboard/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "Dashboard",
            to: "make, change and remove the dashboard",
            needed: Needed::If("it has a dashboard"),
            actions: &["cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"],
            on: &["arn:aws:cloudwatch::*:dashboard/*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx);
        let standing = body(cx, &id).await?;
        Ok(standing.map(|body| Standing { id, tags: Some(told(&body).1) }))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = name(cx);
        put(cx, &id, inputs).await?;
        Ok(Made { outputs: outputs(cx, &id), id })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(body) = body(cx, id).await? else { return Ok(None) };
        Ok(Some(Live {
            inputs: inputs(&body, cx.aws.region()),
            outputs: outputs(cx, id),
            tags: Some(told(&body).1),
        }))
    }

    async fn update(
        cx: &Cx,
        id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old != Some(new) {
            put(cx, id, new).await?;
        }
        Ok(outputs.into())
    }

    async fn delete(cx: &Cx, id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        cx.aws
            .cloudwatch()
            .await?
            .delete_dashboards()
            .dashboard_names(id)
            .send()
            .await
            .explain("cloudwatch:DeleteDashboards", id)
            .or_gone(&GONE)
            .map(drop)
    }

    /// Its tags stand in its first widget.
    async fn tag(cx: &Cx, id: &str, _set: &Tags, _remove: &[String]) -> Result<()> {
        let Some(body) = body(cx, id).await? else {
            return Err(super::ours::gone(GONE[0], &format!("the dashboard {id}")));
        };
        // One that somebody changed by hand is written anew by the update that its inputs bring.
        match told(&body).0 {
            Some(inputs) => put(cx, id, &inputs).await,
            None => Ok(()),
        }
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let id = name(cx);
        let standing = body(cx, &id).await?;
        let ours = standing.is_some_and(|body| super::ours::carries(&told(&body).1, &cx.base));
        Ok(ours.then_some(id).into_iter().collect())
    }
}

fn name(cx: &Cx) -> String {
    naming::in_region(&cx.base, cx.aws.region())
}

async fn put(cx: &Cx, name: &str, inputs: &Inputs) -> Result<()> {
    let answer = cx
        .aws
        .cloudwatch()
        .await?
        .put_dashboard()
        .dashboard_name(name)
        .dashboard_body(render(inputs, cx.aws.region(), &cx.tags).to_string())
        .send()
        .await
        .explain("cloudwatch:PutDashboard", name)?;
    for message in answer.dashboard_validation_messages() {
        cx.warn(&complaint(name, message.message().unwrap_or_default()));
    }
    Ok(())
}

/// What CloudWatch does not like of a dashboard that it took.
fn complaint(name: &str, message: &str) -> String {
    format!(
        "CloudWatch took the dashboard {name}, but says of it: {}. Some of it may be empty.",
        message.trim_end_matches('.')
    )
}

fn no_json(name: &str) -> Error {
    let told = format!("CloudWatch has a dashboard {name}, but what it holds is no JSON");
    Error::aws("InvalidDashboard", told)
        .hinted("Delete it in CloudWatch, and run `pulumi up` again.")
}

async fn body(cx: &Cx, name: &str) -> Result<Option<Json>> {
    let answer = cx
        .aws
        .cloudwatch()
        .await?
        .get_dashboard()
        .dashboard_name(name)
        .send()
        .await
        .explain("cloudwatch:GetDashboard", name)
        .or_gone(&GONE)?;
    let Some(text) = answer.and_then(|answer| answer.dashboard_body) else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|_| no_json(name))
}

fn outputs(cx: &Cx, name: &str) -> Outputs {
    let region = cx.aws.region();
    let url = format!(
        "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{name}"
    );
    Outputs { name: name.to_owned(), url }
}

/// The first widget says what this is, and in its last line of what it was made and for whom.
fn header(inputs: &Inputs, tags: &Tags) -> String {
    let made_of = serde_json::to_string(&(inputs, tags)).unwrap_or_default();
    let name = &inputs.service_name;
    format!("# {name}\n\nMade by Pulumi; changes by hand are lost.\n\n`{made_of}`")
}

/// What the first widget tells: inputs and tags.
fn told(body: &Json) -> (Option<Inputs>, Tags) {
    let text = body.pointer("/widgets/0/properties/markdown").and_then(Json::as_str);
    let line = text.and_then(|text| text.lines().last()).unwrap_or_default();
    match serde_json::from_str(line.trim_matches('`')) {
        Ok((inputs, tags)) => (Some(inputs), tags),
        Err(_) => (None, Tags::new()),
    }
}

/// What a body was made of. One that somebody changed was made of nothing that we know: then what
/// is read differs from every input, and the next update writes it anew.
fn inputs(body: &Json, region: &str) -> Inputs {
    let (told, tags) = told(body);
    if let Some(told) = told
        && render(&told, region, &tags) == *body
    {
        return told;
    }
    let print = naming::letters(body.to_string().as_bytes(), 8);
    let changed = || format!("(changed outside of Pulumi: {print})");
    Inputs {
        cluster_name: changed(),
        service_name: changed(),
        load_balancer: changed(),
        target_group: changed(),
        log_group_name: changed(),
        container_insights: false,
    }
}

fn render(inputs: &Inputs, region: &str, tags: &Tags) -> Json {
    let service = ["ClusterName", &inputs.cluster_name, "ServiceName", &inputs.service_name];
    let targets = ["TargetGroup", &inputs.target_group, "LoadBalancer", &inputs.load_balancer];
    let balancer = ["LoadBalancer", &inputs.load_balancer];
    let elb = |metric: &str, of: &[&str], statistic: &str| {
        line("AWS/ApplicationELB", metric, of, statistic)
    };
    let mut charts = vec![
        ("Requests", vec![elb("RequestCount", &targets, "Sum")]),
        (
            "Response time",
            ["p50", "p90", "p99"].map(|p| elb("TargetResponseTime", &targets, p)).to_vec(),
        ),
        (
            "Errors",
            vec![
                elb("HTTPCode_Target_4XX_Count", &targets, "Sum"),
                elb("HTTPCode_Target_5XX_Count", &targets, "Sum"),
                elb("HTTPCode_ELB_5XX_Count", &balancer, "Sum"),
                elb("TargetConnectionErrorCount", &targets, "Sum"),
            ],
        ),
        (
            "Health",
            vec![
                elb("HealthyHostCount", &targets, "Minimum"),
                elb("UnHealthyHostCount", &targets, "Maximum"),
            ],
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

#[cfg(test)]
mod tests {
    use super::{Inputs, complaint, inputs, render, told};
    use crate::resource::Tags;
    use crate::resource::owner::Owner;

    fn asked() -> Inputs {
        Inputs {
            cluster_name: "web-c".to_owned(),
            service_name: "web-s".to_owned(),
            load_balancer: "app/web/1".to_owned(),
            target_group: "targetgroup/web/2".to_owned(),
            log_group_name: "/fargate/web".to_owned(),
            container_insights: true,
        }
    }

    #[test]
    fn a_body_tells_whose_it_is_and_what_it_was_made_of() {
        let tags = Owner::fresh("web", "web-dashboard").tags();
        let body = render(&asked(), "eu-west-1", &tags);
        assert_eq!(inputs(&body, "eu-west-1"), asked());
        assert_eq!(told(&body).1, tags);
        assert!(told(&serde_json::json!({"widgets": []})).1.is_empty());
    }

    #[test]
    fn a_body_that_somebody_changed_is_not_what_was_asked_for() {
        let mut body = render(&asked(), "eu-west-1", &Tags::new());
        body["widgets"][1]["properties"]["title"] = "mine".into();
        assert_ne!(inputs(&body, "eu-west-1"), asked());
    }

    #[test]
    fn every_metric_widget_names_its_region() {
        let body = render(&asked(), "eu-west-1", &Tags::new());
        for widget in body["widgets"].as_array().expect("widgets") {
            assert!(widget["type"] == "text" || widget["properties"]["region"] == "eu-west-1");
        }
    }

    #[test]
    fn a_dashboard_that_cannot_be_read_is_told_with_the_way_out() {
        expect_test::expect![[r"
            CloudWatch has a dashboard web, but what it holds is no JSON
              Delete it in CloudWatch, and run `pulumi up` again."]]
        .assert_eq(&super::no_json("web").to_string());
    }

    /// What a person sees in CloudWatch.
    #[test]
    fn the_whole_body() {
        let tags = Tags::from([("team".to_owned(), "web".to_owned())]);
        let body = render(&asked(), "eu-west-1", &tags);
        let body = serde_json::to_string_pretty(&body).expect("JSON") + "\n";
        expect_test::expect_file!["dashboard.json"].assert_eq(&body);
    }

    #[test]
    fn a_complaint_of_cloudwatch_and_a_change_of_somebody_else_are_told() {
        let changed = inputs(&serde_json::json!({}), "eu-west-1").service_name;
        expect_test::expect![[r"
            CloudWatch took the dashboard web, but says of it: no metric. Some of it may be empty.
            (changed outside of Pulumi: evrdxvhk)"]]
        .assert_eq(&format!("{}\n{changed}", complaint("web", "no metric")));
    }
}
