//! The names by which clients know the service.

use super::rules::complain_of_zone;
use crate::component::Args;
use crate::component::balancer::rules::HTTPS;
use crate::component::inputs::declare::inputs;
use crate::property::Output;

inputs! {
    /// The names by which clients know the service.
    pub struct DomainArgs at "" {
        /// The name by which clients know the service, such as `shop.example.com`: makes the service HTTPS. Without
        /// `certificateArn` it requests a certificate for the name, creates the records that validate it, and waits until ACM has
        /// issued it; with one it only needs the record that leads to the service. The records are in the Route 53 zone with the
        /// longest name that this one ends with: of an internal load balancer in a private zone of its VPC, if there is one; those that
        /// validate always in the public zone. A record of others is never overwritten. Another name is another certificate:
        /// the listener moves to it when it is issued, and the record of the old name goes last.
        domain_name: String, peers ["domain", "hostname", "aliases"];
        /// Id of the hosted zone, for those names that are in it. Default: the public zone with the longest name that a name ends with.
        /// If there are two of that name, you must choose.
        hosted_zone_id: Output<String>, is complain_of_zone, peers ["domainzone", "zoneid", "hostedzone"];
        /// Further names of the service, up to 9 (more if AWS has raised your quota), which the certificate covers too. `*.example.com` covers
        /// each name with one label more, and not `example.com`. Each gets a record that leads to the service. A change requests another
        /// certificate, and the listener moves to it when it is issued.
        subject_alternative_names: Vec<String>, peers ["sans", "alternativenames"];
        /// Whether each name gets a record that leads to the service. Default {default}. With false only the certificate is validated
        /// here: for names that something else points to the load balancer.
        dns_records: bool = true;
        /// Whether the names are in Route 53 zones of this account. Default {default}. With false the service creates no record: it shows in
        /// the preview and while it waits which ones validate the certificate, for you to create where your DNS is. Then point
        /// the names to `loadBalancerDnsName`.
        dns: bool = true;
    }
}

impl DomainArgs {
    /// All names, each with the input that it comes from.
    pub(in crate::component) fn names(&self) -> Vec<Output<String>> {
        let first = self.domain_name.iter().map(|name| ("domainName", name));
        let others = self.subject_alternative_names.iter().flatten();
        let others = others.map(|name| ("subjectAlternativeNames", name));
        first
            .chain(others)
            .map(|(input, name)| Output::from(name.as_str()).from_input(input))
            .collect()
    }

    /// Whether the names get records that lead to the service.
    pub(in crate::component) fn has_aliases(&self) -> bool {
        self.domain_name.is_some() && self.dns() && self.dns_records()
    }
}

impl Args {
    /// Whether the service requests a certificate.
    pub(in crate::component) fn requests_certificate(&self) -> bool {
        self.domain.domain_name.is_some() && self.balancer.certificate_arn.is_none()
    }

    /// The port of HTTPS, if the service has it.
    pub(in crate::component) fn https_port(&self) -> Option<u16> {
        let has = self.balancer.certificate_arn.is_some() || self.domain.domain_name.is_some();
        has.then(|| self.balancer.listener_port.unwrap_or(HTTPS))
    }
}
