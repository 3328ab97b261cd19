//! ARNs, the names of AWS for everything: `arn:partition:service:region:account:resource`.

/// An ARN in its parts (AWS General Reference, Amazon Resource Names).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    pub service: &'a str,
    /// Empty for what has no region, such as roles.
    pub region: &'a str,
    /// Empty for what is AWS's own, and for buckets.
    pub account: &'a str,
    /// What it names, such as `role/deployer`; it may have colons itself.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The parts of a text, if it is an ARN.
    #[must_use]
    pub fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        let ("arn", partition) = (next()?, next()?) else { return None };
        let (service, region, account, resource) = (next()?, next()?, next()?, next()?);
        let whole = partition.starts_with("aws") && !service.is_empty() && !resource.is_empty();
        whole.then_some(Self { partition, service, region, account, resource })
    }
}

#[cfg(test)]
mod tests {
    use super::Arn;

    #[test]
    fn the_last_part_is_all_the_rest() {
        let arn = Arn::read("arn:aws-cn:logs:cn-north-1:123456789012:log-group:web:*");
        let expected = Arn {
            partition: "aws-cn",
            service: "logs",
            region: "cn-north-1",
            account: "123456789012",
            resource: "log-group:web:*",
        };
        assert_eq!(arn, Some(expected));
    }

    #[test]
    fn what_is_no_arn_has_no_parts() {
        for text in ["", "arn", "arn:aws:iam::1", "arn:aws:iam::1:", "arn:oci:iam::1:role/a", "web"]
        {
            assert_eq!(Arn::read(text), None, "{text}");
        }
    }
}
