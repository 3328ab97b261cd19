//! TLS beside the first certificate: further certificates, and those of clients.

use std::collections::BTreeSet;

use super::choices::MutualTlsMode;
use crate::children::elb::listener;
use crate::component::Args;
use crate::component::inputs::arns::{TRUST_STORE, complain_of_arn};
use crate::component::inputs::choices::word;
use crate::component::inputs::complaints::{Complaints, count, members};
use crate::component::inputs::declare::inputs;
use crate::component::wiring::Wanted;
use crate::property::{Output, Wire};

inputs! {
    /// What clients must have to be let in.
    pub struct MutualTlsArgs at "mutualTls" {
        /// `passthrough`: the load balancer hands a client's certificate on to the tasks, in the header `X-Amzn-Mtls-Clientcert`, and
        /// checks nothing. `verify`: only clients connect whose certificate is signed by an authority in the trust store.
        mode: MutualTlsMode, peers ["mutualauthentication"];
        /// ARN of the trust store with the authorities' certificates, in the service's region. Needs `mode` `verify`.
        trust_store_arn: Output<String>, is |arn: &str| complain_of_arn(arn, TRUST_STORE), also same_region;
        /// Whether clients whose certificate has expired connect too. Needs `mode` `verify`. Default {default}.
        ignore_client_certificate_expiry: Output<bool> = false;
        /// Whether clients are told which authorities are in the trust store, so that they choose the right certificate. Needs `mode`
        /// `verify`. Default {default}.
        advertise_trust_store_ca_names: Output<bool> = false;
    }
}

/// Certificates beside the first, of a load balancer (user guide, "Quotas for your Application Load Balancers").
const MOST: usize = 25;

pub(super) fn problems(args: &Args, found: &mut Complaints) {
    let balancer = &args.balancer;
    let https = args.https_port().is_some();
    for path in ["additionalCertificateArns", "mutualTls"] {
        if !https && balancer.given().iter().any(|it| it == path) {
            found.add(path, "It needs HTTPS. Set `domainName` or `certificateArn`.");
        }
    }
    further(args, found);
    clients(args, found);
}

fn further(args: &Args, found: &mut Complaints) {
    let balancer = &args.balancer;
    let path = "additionalCertificateArns";
    found.check(path, balancer.additional_certificate_arns.as_ref(), |arns| {
        (arns.len() > MOST).then(|| {
            format!(
                "{} given, but a load balancer has at most {MOST} beside the first. Use certificates with several names.",
                count(arns.len())
            )
        })
    });
    let first = balancer.certificate_arn.as_ref().and_then(|arn| arn.known()).cloned();
    let mut seen: BTreeSet<String> = first.into_iter().collect();
    for (index, arn) in members(balancer.additional_certificate_arns.as_ref()) {
        found.check(&format!("{path}[{index}]"), Some(arn), |arn| {
            (!seen.insert(arn.clone())).then(|| format!("\"{arn}\" is given twice."))
        });
    }
}

fn clients(args: &Args, found: &mut Complaints) {
    let Some(mutual) = &args.balancer.mutual_tls else { return };
    match mutual.mode {
        None => found.add("mutualTls.mode", "It is missing. Use `verify` or `passthrough`."),
        Some(MutualTlsMode::Passthrough) => {
            for path in mutual.given().iter().filter(|it| *it != "mutualTls.mode") {
                found.useless(path, true, "`mutualTls.mode` is not `verify`");
            }
        }
        Some(MutualTlsMode::Verify) if mutual.trust_store_arn.is_none() => found.add(
            "mutualTls.trustStoreArn",
            "The mode `verify` needs the ARN of a trust store: `aws elbv2 create-trust-store` creates one.",
        ),
        Some(MutualTlsMode::Verify) => {}
    }
}

impl Wanted {
    pub(super) fn mutual_tls(&self) -> Option<listener::MutualTls<Wire>> {
        let asked = self.args.balancer.mutual_tls.as_ref()?;
        Some(listener::MutualTls {
            mode: word(asked.mode()?).into(),
            trust_store_arn: asked.trust_store_arn(),
            ignore_client_certificate_expiry: asked.ignore_client_certificate_expiry(),
            advertise_trust_store_ca_names: asked.advertise_trust_store_ca_names(),
        })
    }
}
