//! A listener that the program was given: looked at before anything is made for a service that could not be reached there.
//!
//! No object of ours: listener, load balancer and security groups are another stack's. A run without changes asks nothing.

use aws_sdk_ec2::types::SecurityGroup;
use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType, Listener, LoadBalancer, LoadBalancerTypeEnum, ProtocolEnum,
};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem, Result};
use crate::property::{Form, Plain};
use crate::resource::permission::HAS_GIVEN_LISTENER as SHARED;
use crate::resource::{
    Cx, EVERYWHERE, Live, Made, Needed, Permission, Resource, Settled, Standing,
};

/// The listener.
pub struct GivenListener;

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs<F: Form = Plain> {
    pub listener_arn: F::Of<String>,
    /// The VPC of the tasks.
    pub vpc_id: F::Of<String>,
    /// The group of the load balancer from which requests come. None: its first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_group_id: Option<F::Of<String>>,
    /// Whether requests reach tasks as HTTP/2 or gRPC, which come in over HTTPS only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https_only: Option<F::Of<bool>>,
    /// Whether it is to find out who sends a request, which it does over HTTPS only, and for which it asks others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticates: Option<F::Of<bool>>,
    /// Whether users sign in, for which it needs IPv4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs_in: Option<F::Of<bool>>,
    /// Those of the tasks that it must reach.
    pub ports: F::Of<Vec<F::Of<u16>>>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Outputs<F: Form = Plain> {
    pub arn: F::Of<String>,
    /// `http` or `https`, and the port if that is another than usual: `:8443`.
    pub scheme: F::Of<String>,
    pub port: F::Of<String>,
    pub load_balancer_arn: F::Of<String>,
    pub load_balancer_name: F::Of<String>,
    /// `app/<name>/<id>`: how metrics name it.
    pub load_balancer_arn_suffix: F::Of<String>,
    pub dns_name: F::Of<String>,
    pub zone_id: F::Of<String>,
    pub security_group_id: F::Of<String>,
}

impl Resource for GivenListener {
    const TYPE: &'static str = "fargate:lb:GivenListener";
    const PERMISSIONS: &'static [Permission] = &[
        Permission {
            sid: "ListenerGiven",
            to: "look whether the listener of another stack can lead to the tasks",
            needed: Needed::If(SHARED),
            actions: &[
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeLoadBalancers",
                "ec2:DescribeSecurityGroups",
            ],
            ..EVERYWHERE
        },
        Permission {
            sid: "ListenerGivenRules",
            to: "add rules to the listener of another stack, and change and delete them",
            needed: Needed::If(SHARED),
            actions: &["elasticloadbalancing:CreateRule"],
            on: &["arn:aws:elasticloadbalancing:*:*:listener/app/*"],
            ..EVERYWHERE
        },
        Permission {
            sid: "ListenerGivenRule",
            to: "change and delete the rules on the listener of another stack",
            needed: Needed::If(SHARED),
            actions: &[
                "elasticloadbalancing:ModifyRule",
                "elasticloadbalancing:SetRulePriorities",
                "elasticloadbalancing:DeleteRule",
                "elasticloadbalancing:AddTags",
                "elasticloadbalancing:RemoveTags",
            ],
            on: &["arn:aws:elasticloadbalancing:*:*:listener-rule/app/*"],
            ..EVERYWHERE
        },
    ];
    const REPLACE_ON: &'static [&'static str] = &[];
    const CHANGES_ON_UPDATE: &'static [&'static str] = &[
        "arn",
        "scheme",
        "port",
        "loadBalancerArn",
        "loadBalancerName",
        "loadBalancerArnSuffix",
        "dnsName",
        "zoneId",
        "securityGroupId",
    ];
    const STATE_ONLY: bool = true;
    type Inputs<F: Form> = Inputs<F>;
    type Outputs<F: Form> = Outputs<F>;

    async fn preview(
        cx: &Cx,
        inputs: &Inputs,
        _outputs: Option<&Outputs>,
    ) -> Result<Option<Outputs>> {
        look(cx, inputs).await.map(Some)
    }

    async fn find(_cx: &Cx, _inputs: &Inputs) -> Result<Option<Standing>> {
        Ok(None)
    }

    async fn create(cx: &Cx, inputs: &Inputs) -> Result<Made<Outputs>> {
        let outputs = look(cx, inputs).await?;
        Ok(Made { id: outputs.arn.clone(), outputs })
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
        look(cx, new).await.map(Into::into)
    }

    async fn delete(_cx: &Cx, _id: &str, _inputs: &Inputs, _outputs: &Outputs) -> Result<()> {
        Ok(())
    }
}

async fn look(cx: &Cx, inputs: &Inputs) -> Result<Outputs> {
    let listener = cx.aws.listener(&inputs.listener_arn).await?;
    let balancer = match listener.as_ref().and_then(Listener::load_balancer_arn) {
        Some(arn) => cx.aws.load_balancer(arn).await?,
        None => None,
    };
    let wrong = |(path, reason): (&str, String)| Error::input(vec![Problem::new(path, reason)]);
    let outputs = seen(listener.as_ref(), balancer.as_ref(), inputs).map_err(wrong)?;
    // One that the program names gets rules of the service.
    if inputs.security_group_id.is_none()
        && let Some(group) = cx.aws.security_group(&outputs.security_group_id).await?
    {
        let (name, id) = (&outputs.load_balancer_name, &outputs.security_group_id);
        if let Some(port) = inputs.ports.iter().find(|port| !lets_out(&group, **port)) {
            return Err(wrong(("albSecurityGroupId", no_way_out(name, id, *port))));
        }
        if inputs.authenticates == Some(true) && !lets_out(&group, PROVIDER) {
            return Err(wrong(("albSecurityGroupId", no_way_to_ask(name, id))));
        }
    }
    Ok(outputs)
}

/// The port of identity providers.
const PROVIDER: u16 = 443;

fn no_way_to_ask(balancer: &str, group: &str) -> String {
    format!(
        "With `authentication` the load balancer {balancer} asks your identity provider on port 443, but its security group \
         {group} lets nothing out to it. Set `albSecurityGroupId` to \"{group}\": then it gets a rule for it. Or let its owner \
         allow it."
    )
}

/// Whether a rule of the group lets requests out to this port, wherever the tasks are.
fn lets_out(group: &SecurityGroup, port: u16) -> bool {
    let port = i32::from(port);
    group.ip_permissions_egress().iter().any(|it| {
        let covers = it.ip_protocol() == Some("-1")
            || it.ip_protocol() == Some("tcp")
                && it.from_port().is_some_and(|from| from <= port)
                && it.to_port().is_some_and(|to| port <= to);
        covers && !(it.ip_ranges().is_empty() && it.prefix_list_ids().is_empty())
    })
}

fn no_way_out(balancer: &str, group: &str, port: u16) -> String {
    format!(
        "The security group {group} of the load balancer {balancer} lets no requests out to port {port} of the tasks. Set \
         `albSecurityGroupId` to \"{group}\": then it gets a rule for this service. Or let its owner allow it."
    )
}

/// What was seen, or the input that is wrong and why.
fn seen(
    listener: Option<&Listener>,
    balancer: Option<&LoadBalancer>,
    inputs: &Inputs,
) -> Result<Outputs, (&'static str, String)> {
    let arn = &inputs.listener_arn;
    let (Some(listener), Some(balancer)) = (listener, balancer) else {
        let why = format!(
            "There is no listener {arn}. Check that it is in this account and region and was not deleted."
        );
        return Err(("listenerArn", why));
    };
    let name = balancer.load_balancer_name().unwrap_or_default();
    if balancer.r#type() != Some(&LoadBalancerTypeEnum::Application) {
        let why = format!(
            "The load balancer {name} of this listener is not an application load balancer."
        );
        return Err(("listenerArn", why));
    }
    if inputs.https_only == Some(true) && listener.protocol() != Some(&ProtocolEnum::Https) {
        let why = format!(
            "HTTP/2 and gRPC come in over HTTPS only, but this listener of the load balancer {name} serves plain HTTP. Use its \
             listener of HTTPS, or `HTTP1` as `protocolVersion`."
        );
        return Err(("listenerArn", why));
    }
    if let Some(why) = cannot_ask(name, listener, balancer, inputs) {
        return Err(("authentication", why));
    }
    let vpc = balancer.vpc_id().unwrap_or_default();
    if vpc != inputs.vpc_id {
        let why = format!(
            "The load balancer {name} of this listener is in the VPC {vpc}, but the tasks are in {}. Use subnets of \
             {vpc}, or a listener of a load balancer in {}.",
            inputs.vpc_id, inputs.vpc_id
        );
        return Err(("listenerArn", why));
    }
    let groups = balancer.security_groups();
    let group = match &inputs.security_group_id {
        Some(group) if !groups.contains(group) => {
            let why = format!(
                "The load balancer {name} does not have the security group {group}; it has {}.",
                groups.join(", ")
            );
            return Err(("albSecurityGroupId", why));
        }
        Some(group) => group.clone(),
        None => groups.first().cloned().unwrap_or_default(),
    };
    let scheme = listener.protocol().map_or("", |it| it.as_str()).to_ascii_lowercase();
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = listener.port().filter(|port| *port != usual);
    let of_balancer = balancer.load_balancer_arn().unwrap_or_default();
    let suffix = of_balancer.split_once(":loadbalancer/").map_or("", |(_, suffix)| suffix);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Ok(Outputs {
        arn: arn.clone(),
        scheme,
        port: port.map(|port| format!(":{port}")).unwrap_or_default(),
        load_balancer_arn: of_balancer.to_owned(),
        load_balancer_name: name.to_owned(),
        load_balancer_arn_suffix: suffix.to_owned(),
        dns_name: text(balancer.dns_name()),
        zone_id: text(balancer.canonical_hosted_zone_id()),
        security_group_id: group,
    })
}

/// Why it cannot find out who sends a request (user guide, "Authenticate users" and "Verify JWTs").
fn cannot_ask(
    name: &str,
    listener: &Listener,
    balancer: &LoadBalancer,
    inputs: &Inputs,
) -> Option<String> {
    if inputs.authenticates == Some(true) && listener.protocol() != Some(&ProtocolEnum::Https) {
        return Some(format!(
            "It needs HTTPS, but the listener of `listenerArn` serves plain HTTP. Use the listener of HTTPS of the load balancer \
             {name}."
        ));
    }
    let without_ipv4 =
        balancer.ip_address_type() == Some(&IpAddressType::DualstackWithoutPublicIpv4);
    (inputs.signs_in == Some(true) && without_ipv4).then(|| {
        format!(
            "The load balancer {name} asks identity providers over IPv4, but it has no public IPv4 addresses. Use a \
             listener of another one, or `authentication.jwt`."
        )
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{IpPermission, IpRange};
    use aws_sdk_elasticloadbalancingv2::types::ProtocolEnum;
    use expect_test::expect;

    use super::{Inputs, SecurityGroup, lets_out, no_way_out, no_way_to_ask};
    use super::{IpAddressType, Listener, LoadBalancer, LoadBalancerTypeEnum, seen};

    const ARN: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/shared/1";

    fn balancer(kind: LoadBalancerTypeEnum, vpc: &str) -> LoadBalancer {
        LoadBalancer::builder()
            .load_balancer_arn(ARN)
            .load_balancer_name("shared")
            .r#type(kind)
            .vpc_id(vpc)
            .security_groups("sg-a")
            .security_groups("sg-b")
            .build()
    }

    #[test]
    fn a_group_lets_out_what_a_rule_covers() {
        let out = |protocol: &str, ports: Option<(i32, i32)>, block: bool| {
            let range = IpRange::builder().cidr_ip("10.0.0.0/8").build();
            let rule = IpPermission::builder()
                .ip_protocol(protocol)
                .set_from_port(ports.map(|it| it.0))
                .set_to_port(ports.map(|it| it.1))
                .set_ip_ranges(block.then(|| vec![range]));
            SecurityGroup::builder().ip_permissions_egress(rule.build()).build()
        };
        assert!(lets_out(&out("-1", None, true), 80));
        assert!(lets_out(&out("tcp", Some((0, 100)), true), 80));
        assert!(!lets_out(&out("tcp", Some((81, 100)), true), 80));
        assert!(!lets_out(&out("tcp", Some((80, 80)), false), 80), "to another group");
        expect![[r#"The security group sg-1 of the load balancer shared lets no requests out to port 80 of the tasks. Set `albSecurityGroupId` to "sg-1": then it gets a rule for this service. Or let its owner allow it."#]].assert_eq(&no_way_out("shared", "sg-1", 80));
    }

    #[test]
    fn a_listener_that_cannot_lead_to_the_tasks_is_told_with_the_way_out() {
        let listener = Listener::builder().protocol(ProtocolEnum::Https).port(8443).build();
        let inputs = Inputs {
            listener_arn: "arn:listener".to_owned(),
            vpc_id: "vpc-1".to_owned(),
            security_group_id: Some("sg-c".to_owned()),
            ports: vec![80],
            ..Inputs::default()
        };
        let of = |balancer: Option<LoadBalancer>| match seen(
            Some(&listener),
            balancer.as_ref(),
            &inputs,
        ) {
            Err((path, why)) => format!("{path}: {why}"),
            Ok(_) => "fits".to_owned(),
        };
        let plain = Listener::builder().protocol(ProtocolEnum::Http).port(80).build();
        let grpc = Inputs { https_only: Some(true), security_group_id: None, ..inputs.clone() };
        let ours = balancer(LoadBalancerTypeEnum::Application, "vpc-1");
        let on_plain = seen(Some(&plain), Some(&ours), &grpc).err().unwrap_or_default();
        assert!(
            seen(Some(&listener), Some(&ours), &grpc).is_ok_and(|it| it.scheme == "https"),
            "HTTPS will do"
        );
        let told = [
            of(None),
            of(Some(balancer(LoadBalancerTypeEnum::Network, "vpc-1"))),
            of(Some(balancer(LoadBalancerTypeEnum::Application, "vpc-2"))),
            of(Some(balancer(LoadBalancerTypeEnum::Application, "vpc-1"))),
            format!("{}: {}", on_plain.0, on_plain.1),
        ];
        expect![[r"
            listenerArn: There is no listener arn:listener. Check that it is in this account and region and was not deleted.
            listenerArn: The load balancer shared of this listener is not an application load balancer.
            listenerArn: The load balancer shared of this listener is in the VPC vpc-2, but the tasks are in vpc-1. Use subnets of vpc-2, or a listener of a load balancer in vpc-1.
            albSecurityGroupId: The load balancer shared does not have the security group sg-c; it has sg-a, sg-b.
            listenerArn: HTTP/2 and gRPC come in over HTTPS only, but this listener of the load balancer shared serves plain HTTP. Use its listener of HTTPS, or `HTTP1` as `protocolVersion`."]].assert_eq(&told.join("\n"));
        let asks = Inputs { authenticates: Some(true), signs_in: Some(true), ..grpc.clone() };
        let asks = Inputs { https_only: None, ..asks };
        let mut ipv6 = balancer(LoadBalancerTypeEnum::Application, "vpc-1");
        let on_plain = seen(Some(&plain), Some(&ipv6), &asks).err().unwrap_or_default();
        assert!(seen(Some(&listener), Some(&ipv6), &asks).is_ok(), "HTTPS and IPv4");
        ipv6.ip_address_type = Some(IpAddressType::DualstackWithoutPublicIpv4);
        let on_ipv6 = seen(Some(&listener), Some(&ipv6), &asks).err().unwrap_or_default();
        let told = [on_plain.1, on_ipv6.1, no_way_to_ask("shared", "sg-1")];
        expect![[r#"
            It needs HTTPS, but the listener of `listenerArn` serves plain HTTP. Use the listener of HTTPS of the load balancer shared.
            The load balancer shared asks identity providers over IPv4, but it has no public IPv4 addresses. Use a listener of another one, or `authentication.jwt`.
            With `authentication` the load balancer shared asks your identity provider on port 443, but its security group sg-1 lets nothing out to it. Set `albSecurityGroupId` to "sg-1": then it gets a rule for it. Or let its owner allow it."#]].assert_eq(&told.join("\n"));
        let fits = Inputs { security_group_id: None, ..inputs };
        let shared = balancer(LoadBalancerTypeEnum::Application, "vpc-1");
        let outputs = seen(Some(&listener), Some(&shared), &fits).expect("it fits");
        assert_eq!((outputs.scheme.as_str(), outputs.port.as_str()), ("https", ":8443"));
        assert_eq!(outputs.load_balancer_arn_suffix, "app/shared/1");
        assert_eq!(outputs.security_group_id, "sg-a");
    }
}
