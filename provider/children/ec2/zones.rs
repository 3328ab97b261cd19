//! The zones that a network of the service's own is in: chosen once and kept.
//!
//! Not an object in AWS; the choice is kept in the state, so a zone that AWS adds or that another account
//! calls otherwise moves nothing. More zones are added to those that there are. A preview looks too: a
//! region with too few is reported there.

use aws_sdk_ec2::types::{AvailabilityZone, AvailabilityZoneState, Filter};
use serde::{Deserialize, Serialize};

use super::fargate_zones::has_fargate;
use super::own_network::NETWORK;
use crate::aws::Explain;
use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain};
use crate::resource::gone::nothing_to_import;
use crate::resource::{Cx, EVERYWHERE, Live, Made, Permission, Resource, Settled, Standing};

/// The zones.
pub struct Zones;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    /// How many.
    pub zones: F::Of<u32>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    /// Their names, `eu-west-1a`, as this account has them.
    pub names: F::Of<Vec<String>>,
}

/// Zones with Fargate in which AWS makes no load balancers or NAT gateways, or no longer for everyone
/// ("constrained": ELB user guide, "Availability Zones"; the EKS user guide, "Subnet requirements",
/// names them).
const CONSTRAINED: [&str; 2] = ["cac1-az3", "use1-az3"];

impl Resource for Zones {
    const TYPE: &'static str = "fargate:ec2:Zones";
    const PERMISSIONS: &'static [Permission] = &[Permission {
        sid: "Zones",
        to: "choose the zones of the network",
        needed: NETWORK,
        actions: &["ec2:DescribeAvailabilityZones"],
        ..EVERYWHERE
    }];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &["names"];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        chosen(cx, inputs, outputs).await.map(Some)
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = chosen(cx, inputs, None).await?;
        Ok(Made { id: outputs.names.join(","), outputs })
    }

    async fn read(_cx: &Cx, id: &str) -> Result<Option<Live<Self>>> {
        Err(nothing_to_import("zones", id))
    }

    async fn update(
        cx: &Cx,
        _id: &str,
        _old: Option<&Inputs>,
        new: &Inputs,
        outputs: Outputs,
    ) -> Result<Settled<Outputs>> {
        chosen(cx, new, Some(&outputs)).await.map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

/// Those that there are, and more if they are too few; without the last ones if they are too many.
async fn chosen(cx: &Cx, inputs: &Inputs, kept: Option<&Outputs>) -> Result<Outputs> {
    let mut names = kept.map_or_else(Vec::new, |kept| kept.names.clone());
    let wanted = usize::try_from(inputs.zones).unwrap_or(usize::MAX);
    if names.len() < wanted {
        let found = usable(cx.aws.region(), describe(cx).await?);
        let more: Vec<String> = found.iter().filter(|it| !names.contains(it)).cloned().collect();
        names.extend(more.into_iter().take(wanted - names.len()));
        if names.len() < wanted {
            return Err(too_few(cx.aws.region(), wanted, &found));
        }
    }
    names.truncate(wanted);
    Ok(Outputs { names })
}

/// The names of the zones that tasks, load balancers and NAT gateways can be in, in their order.
fn usable(region: &str, zones: Vec<AvailabilityZone>) -> Vec<String> {
    let fits = |zone: &AvailabilityZone| {
        let constrained = zone.zone_id().is_some_and(|id| CONSTRAINED.contains(&id));
        zone.state() == Some(&AvailabilityZoneState::Available)
            && zone.zone_type() == Some("availability-zone")
            && zone.region_name() == Some(region)
            && !constrained
            && has_fargate(region, zone.zone_id())
    };
    let mut names: Vec<String> =
        zones.into_iter().filter(fits).filter_map(|zone| zone.zone_name).collect();
    names.sort();
    names
}

async fn describe(cx: &Cx) -> Result<Vec<AvailabilityZone>> {
    let zones = Filter::builder().name("zone-type").values("availability-zone").build();
    let ec2 = cx.aws.ec2().await?;
    let answer = ec2.describe_availability_zones().filters(zones).send().await;
    let answer = answer.explain("ec2:DescribeAvailabilityZones", cx.aws.region())?;
    Ok(answer.availability_zones.unwrap_or_default())
}

fn too_few(region: &str, wanted: usize, found: &[String]) -> Error {
    let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
    Error::input(vec![Problem::new(
        "network.zones",
        format!(
            "{wanted} zones are wanted, but in {region} this account can use these only for Fargate, \
             load balancers and NAT gateways: {found}. Set `network.zones` to their number."
        ),
    )])
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{AvailabilityZone, AvailabilityZoneState};

    use super::{too_few, usable};

    #[test]
    fn zones_are_chosen_in_their_order_and_only_those_that_do() {
        let zone = |name: &str, id: &str| {
            AvailabilityZone::builder()
                .zone_name(name)
                .zone_id(id)
                .region_name("us-east-1")
                .zone_type("availability-zone")
                .state(AvailabilityZoneState::Available)
        };
        let zones = vec![
            zone("us-east-1b", "use1-az2").build(),
            zone("us-east-1e", "use1-az3").build(),
            zone("us-east-1a", "use1-az1").build(),
            zone("us-east-1c", "use1-az4").state(AvailabilityZoneState::Impaired).build(),
            zone("us-east-1-bos-1a", "use1-bos1-az1").zone_type("local-zone").build(),
        ];
        assert_eq!(usable("us-east-1", zones), ["us-east-1a", "us-east-1b"]);
        let tokyo = zone("ap-northeast-1b", "apne1-az3").region_name("ap-northeast-1").build();
        assert_eq!(usable("ap-northeast-1", vec![tokyo]), [""; 0]);
    }

    #[test]
    fn too_few_zones_are_named() {
        let found = ["us-west-1a".to_owned(), "us-west-1c".to_owned()];
        let told = [too_few("us-west-1", 3, &found), too_few("us-west-1", 2, &[])];
        expect_test::expect![[r"
            `network.zones`: 3 zones are wanted, but in us-west-1 this account can use these only for Fargate, load balancers and NAT gateways: us-west-1a, us-west-1c. Set `network.zones` to their number.
            `network.zones`: 2 zones are wanted, but in us-west-1 this account can use these only for Fargate, load balancers and NAT gateways: none. Set `network.zones` to their number."]]
        .assert_eq(&told.map(|it| it.to_string()).join("\n"));
    }
}
