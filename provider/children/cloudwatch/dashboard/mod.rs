//! The CloudWatch dashboard of the service.
//!
//! Everything but the name can change. `PutDashboard` overwrites a dashboard of the same name
//! without an error, and returns no tags, so its first widget holds them: whose it is can be seen
//! before. Names are global, not regional.

mod body;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use self::body::{held, inputs, render};
use crate::aws::{Explain, OrGone};
use crate::error::{Error, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::gone;
use crate::resource::owner;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing, Tags,
    physical_names,
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
    /// The second target group, if traffic moves between two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternate_target_group: Option<F::Of<String>>,
    /// Those of further ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further_target_groups: Option<F::Of<Vec<F::Of<String>>>>,
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
            on: &["arn:aws:cloudwatch::*:dashboard/{name}*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "Dashboard",
            to: "create, change and delete the dashboard",
            needed: Needed::If("it has a dashboard"),
            actions: &["cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"],
            on: &["arn:aws:cloudwatch::*:dashboard/{name}*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn find(cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        let id = name(cx);
        let standing = get(cx, &id).await?;
        Ok(standing.map(|body| Standing::of(id, Some(held(&body).1))))
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let id = name(cx);
        put(cx, &id, inputs).await?;
        Ok(Made { outputs: outputs(cx, &id), id })
    }

    async fn read(cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        let Some(body) = get(cx, id).await? else { return Ok(None) };
        Ok(Some(Live {
            inputs: inputs(&body, cx.aws.region()),
            outputs: outputs(cx, id),
            tags: Some(held(&body).1),
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

    /// Its tags are in its first widget.
    async fn tag(cx: &Cx, id: &str, _set: &Tags, _remove: &[String]) -> Result<()> {
        let Some(body) = get(cx, id).await? else {
            return Err(gone(GONE[0], &format!("the dashboard {id}")));
        };
        // One that was changed by hand is written again by the update that its inputs cause.
        match held(&body).0 {
            Some(inputs) => put(cx, id, &inputs).await,
            None => Ok(()),
        }
    }

    async fn debris(cx: &Cx) -> Result<Vec<String>> {
        let id = name(cx);
        if cx.has_removed(Self::TYPE, &id) {
            return Ok(Vec::new());
        }
        let standing = get(cx, &id).await?;
        let ours = standing.is_some_and(|body| owner::carries(&held(&body).1, &cx.base));
        Ok(ours.then_some(id).into_iter().collect())
    }
}

fn name(cx: &Cx) -> String {
    physical_names::in_region(&cx.base, cx.aws.region())
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
        "CloudWatch took the dashboard {name}, but reports: {}. Some of it may be empty.",
        message.trim_end_matches('.')
    )
}

fn no_json(name: &str) -> Error {
    let rendered = format!("CloudWatch has a dashboard {name}, but its body is not valid JSON");
    Error::aws("InvalidDashboard", rendered)
        .hinted("Delete it in CloudWatch, and run `pulumi up` again.")
}

async fn get(cx: &Cx, name: &str) -> Result<Option<Json>> {
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
    Outputs { name: name.to_owned(), url: url(region, name) }
}

/// Where a person looks at it. China and AWS GovCloud (US) have consoles of their own (AWS General
/// Reference, "Console endpoints"; Getting Started with AWS in China; AWS GovCloud (US) user guide).
fn url(region: &str, name: &str) -> String {
    let console = match region.split('-').next() {
        Some("cn") => format!("{region}.console.amazonaws.cn"),
        _ if region.starts_with("us-gov-") => "console.amazonaws-us-gov.com".to_owned(),
        _ => format!("{region}.console.aws.amazon.com"),
    };
    format!("https://{console}/cloudwatch/home?region={region}#dashboards/dashboard/{name}")
}

#[cfg(test)]
mod tests {
    use super::{complaint, inputs, no_json, url};

    #[test]
    fn each_partition_has_a_console_of_its_own() {
        let host = |region| url(region, "web").split('/').nth(2).unwrap_or_default().to_owned();
        assert_eq!(host("eu-west-1"), "eu-west-1.console.aws.amazon.com");
        assert_eq!(host("cn-north-1"), "cn-north-1.console.amazonaws.cn");
        assert_eq!(host("us-gov-west-1"), "console.amazonaws-us-gov.com");
    }

    #[test]
    fn a_dashboard_that_cannot_be_read_is_told_with_the_way_out() {
        expect_test::expect![[r"
            CloudWatch has a dashboard web, but its body is not valid JSON
              Delete it in CloudWatch, and run `pulumi up` again."]]
        .assert_eq(&no_json("web").to_string());
    }

    #[test]
    fn a_complaint_of_cloudwatch_and_a_change_of_somebody_else_are_told() {
        let changed = inputs(&serde_json::json!({}), "eu-west-1").service_name;
        expect_test::expect![[r"
            CloudWatch took the dashboard web, but reports: no metric. Some of it may be empty.
            (changed outside of Pulumi: evrdxvhk)"]]
        .assert_eq(&format!("{}\n{changed}", complaint("web", "no metric")));
    }
}
