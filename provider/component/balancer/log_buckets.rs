//! Where the load balancer's logs go: to a bucket of the component, or to those that the program names.

use super::inputs::LoadBalancerArgs;
use crate::children::s3::{bucket, given_bucket};
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::{Output, Wire};

/// What others need of it.
pub(super) struct Logs<'a> {
    /// The bucket of the component, if there is one.
    pub(super) bucket: Node<'a, Option<bucket::Outputs<Wire>>>,
    /// What the load balancer is asked for, of requests, connections and health checks.
    pub(super) written: Node<'a, [Writing; 3]>,
}

/// What the load balancer is asked for of one kind of logs.
#[derive(Clone, Default)]
pub(super) struct Writing {
    pub(super) on: bool,
    pub(super) bucket: Option<Output<String>>,
    pub(super) prefix: Option<Output<String>>,
}

/// Where a kind of logs goes.
#[derive(Clone)]
pub(in crate::component) struct Target {
    /// Its name in `loadBalancer`.
    pub(super) name: &'static str,
    /// Whether to the bucket of the component.
    pub(super) own: bool,
    /// Whether the program says so or otherwise.
    pub(super) said: bool,
    pub(super) bucket: Option<Output<String>>,
    pub(super) prefix: Option<Output<String>>,
}

impl Target {
    pub(super) fn is_on(&self) -> bool {
        self.own || self.bucket.is_some()
    }
}

impl LoadBalancerArgs {
    /// Each kind of logs that the program says something of.
    pub(super) fn logs(&self) -> [Option<Target>; 3] {
        [
            self.access_logs.as_ref().map(|it| Target {
                name: "accessLogs",
                own: it.own(),
                said: it.own.is_some(),
                bucket: it.bucket(),
                prefix: it.prefix(),
            }),
            self.connection_logs.as_ref().map(|it| Target {
                name: "connectionLogs",
                own: it.own(),
                said: it.own.is_some(),
                bucket: it.bucket(),
                prefix: it.prefix(),
            }),
            self.health_check_logs.as_ref().map(|it| Target {
                name: "healthCheckLogs",
                own: it.own(),
                said: it.own.is_some(),
                bucket: it.bucket(),
                prefix: it.prefix(),
            }),
        ]
    }

    /// Whether some of them go to a bucket of the component.
    pub(super) fn has_logs_bucket(&self) -> bool {
        self.logs().iter().flatten().any(|it| it.own)
    }
}

/// What the keys of a kind begin with in the component's bucket, if the program does not say it: `access-logs`.
pub(super) fn usual_prefix(name: &str) -> String {
    let dashed = |c: char| {
        if c.is_ascii_uppercase() { format!("-{}", c.to_ascii_lowercase()) } else { c.to_string() }
    };
    name.chars().map(dashed).collect()
}

pub(super) fn wire<'a>(wiring: &mut Wiring<'a>) -> Logs<'a> {
    let (parent, want) = (wiring.parent, wiring.want);
    let bucket = wiring.node(async move {
        if !want.has_logs_bucket() {
            return Ok(None);
        }
        let inputs = want.logs_bucket();
        parent.make::<bucket::Bucket>("logs-bucket", inputs).await.map(Some)
    });
    let targets = if want.args.is_shared() {
        [None, None, None]
    } else {
        want.args.balancer.load_balancer().logs()
    };
    let [access, connection, health_check] =
        targets.map(|target| writing(wiring, bucket.clone(), target.filter(Target::is_on)));
    let written = wiring.node(async move {
        let (access, connection, health_check) =
            tokio::try_join!(access, connection, health_check)?;
        Ok([access, connection, health_check])
    });
    Logs { bucket, written }
}

/// What is asked for of one kind, once its bucket is known to take it.
fn writing<'a>(
    wiring: &mut Wiring<'a>,
    own: Node<'a, Option<bucket::Outputs<Wire>>>,
    target: Option<Target>,
) -> Node<'a, Writing> {
    let parent = wiring.parent;
    wiring.node(async move {
        let Some(Target { name, own: is_own, bucket, prefix, .. }) = target else {
            return Ok(Writing::default());
        };
        if is_own {
            let own = own.await?.map(|it| it.name);
            let prefix = prefix.unwrap_or_else(|| usual_prefix(name).into());
            return Ok(Writing { on: true, bucket: own, prefix: Some(prefix) });
        }
        let Some(bucket) = bucket else { return Ok(Writing::default()) };
        let inputs = given_bucket::Inputs {
            declared: bucket.is_dependent().into(),
            bucket,
            prefix: prefix.clone(),
            logs: name.into(),
        };
        let looked = parent.make::<given_bucket::GivenBucket>(&usual_prefix(name), inputs).await?;
        Ok(Writing { on: true, bucket: Some(looked.name), prefix })
    })
}

impl Wanted {
    /// Whether the component creates a bucket for logs.
    pub(in crate::component) fn has_logs_bucket(&self) -> bool {
        !self.args.is_shared() && self.args.balancer.load_balancer().has_logs_bucket()
    }

    fn logs_bucket(&self) -> bucket::Inputs<Wire> {
        let settings = self.args.balancer.load_balancer().logs_bucket();
        bucket::Inputs {
            retention_in_days: settings.retention_in_days(&self.defaults),
            log_delivery: true.into(),
            encryption: "AES256".into(),
            block_public_access: true.into(),
            force_delete: settings.force_delete(&self.defaults),
        }
    }

    /// Whether the bucket may be deleted with its logs.
    pub(in crate::component) fn logs_may_go(&self) -> Option<Output<bool>> {
        self.has_logs_bucket().then(|| self.logs_bucket().force_delete)
    }
}
