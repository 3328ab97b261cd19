//! A bucket for logs that the program was given: looked at before a load balancer is made whose logs it would refuse.
//!
//! No object of ours. Elastic Load Balancing says of all that can be wrong only that access was denied, and only when the load balancer is
//! there. A run without changes asks nothing.

mod complaints;
mod shown;

use serde::{Deserialize, Serialize};

use self::complaints::{
    complain_of_encryption, complain_of_policy, elsewhere, missing, unless_changed, unseen,
};
use self::shown::{Seen, encryption_of, policy_of, region_of};
use crate::children::s3::delivery::Balancers;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain};
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The bucket.
pub struct GivenBucket;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub bucket: F::Of<String>,
    /// What the keys begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<F::Of<String>>,
    /// `accessLogs`, `connectionLogs` or `healthCheckLogs`.
    pub logs: F::Of<String>,
    /// Whether the bucket comes from a resource of the program, which may give it its policy in the same run.
    pub declared: F::Of<bool>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub name: F::Of<String>,
}

impl Resource for GivenBucket {
    const TYPE: &'static str = "fargate:s3:GivenBucket";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "LogsBucketGiven",
        to: "look, before the load balancer is created, whether the bucket would refuse its logs; without it the load balancer says so",
        needed: Needed::If(
            "`loadBalancer.accessLogs.bucket`, or that of another kind of its logs, is given",
        ),
        actions: &["s3:GetBucketPolicy", "s3:GetEncryptionConfiguration", "s3:ListBucket"],
        on: &["arn:aws:s3:::*"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["name"];
    const NO_DIFFERENCE: &'static [&'static str] = &["declared"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        let wrong = look(cx, inputs).await?;
        if !wrong.is_empty() && inputs.declared {
            cx.warn(&unless_changed(inputs, &wrong.join(" ")));
            return Ok(Some(outputs(inputs)));
        }
        refuse(inputs, wrong).map(Some)
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = refuse(inputs, look(cx, inputs).await?)?;
        Ok(Made { id: outputs.name.clone(), outputs })
    }

    async fn read(_cx: &Cx, _id: &str) -> Result<Option<Live<Self>>> {
        Ok(None)
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        if old == Some(new) {
            return Ok(outputs.into());
        }
        refuse(new, look(cx, new).await?).map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

fn outputs(inputs: &Inputs) -> Outputs {
    Outputs { name: inputs.bucket.clone() }
}

fn refuse(inputs: &Inputs, wrong: Vec<String>) -> Result<Outputs> {
    if wrong.is_empty() {
        return Ok(outputs(inputs));
    }
    let path = path(inputs);
    Err(Error::input(wrong.into_iter().map(|it| Problem::new(&*path, it)).collect()))
}

fn path(inputs: &Inputs) -> String {
    format!("loadBalancer.{}.bucket", inputs.logs)
}

/// Why the load balancer could not write its logs there.
async fn look(cx: &Cx, inputs: &Inputs) -> Result<Vec<String>> {
    let bucket = &inputs.bucket;
    let mut hidden = Vec::new();
    let region = match region_of(cx, bucket).await? {
        Seen::It(None) => return Ok(vec![missing(bucket)]),
        Seen::It(region) => region,
        Seen::Denied(permission) => {
            hidden.push(permission);
            None
        }
    };
    if let Some(region) = region.filter(|it| it != cx.aws.region()) {
        return Ok(vec![elsewhere(bucket, &region, cx.aws.region())]);
    }
    let mut wrong = Vec::new();
    match encryption_of(cx, bucket).await? {
        Seen::It(live) => wrong.extend(live.and_then(|it| complain_of_encryption(bucket, &it))),
        Seen::Denied(permission) => hidden.push(permission),
    }
    match policy_of(cx, bucket).await? {
        Seen::It(live) => wrong.extend(judge(cx, inputs, live.as_deref()).await?),
        Seen::Denied(permission) => hidden.push(permission),
    }
    if !hidden.is_empty() {
        cx.info(&unseen(inputs, &hidden));
    }
    Ok(wrong)
}

async fn judge(cx: &Cx, inputs: &Inputs, live: Option<&str>) -> Result<Option<String>> {
    let us = cx.aws.identity().await?;
    let named = format!("app/{}-", cx.base);
    let of_service = Balancers { us, region: cx.aws.region(), named: &named };
    // What is to be pasted serves whatever the load balancer is called.
    let of_account = Balancers { named: "", ..of_service };
    Ok(complain_of_policy(&of_service, &of_account, inputs, live))
}
