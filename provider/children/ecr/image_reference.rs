//! An image as `image` names it, if it is in an ECR registry.

/// The repository that an image lies in, and what of it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InEcr<'a> {
    /// Twelve digits.
    pub account: &'a str,
    pub region: &'a str,
    /// The repository's name; it may have slashes.
    pub repository: &'a str,
    pub tag: Option<&'a str>,
    /// `sha256:…`; it wins over the tag.
    pub digest: Option<&'a str>,
}

/// What ends the names of ECR's hosts: in the partitions, and dual-stack in two of them (the pattern of
/// Kubernetes' ecr-credential-provider; botocore, partitions.json).
const DOMAINS: &[&str] = &[
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "on.aws",
    "on.amazonwebservices.com.cn",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];
/// What is between the account and the region: the usual host, FIPS, dual-stack, and both.
const SERVICES: &[&str] = &["dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips."];
/// How regions begin, and their partition (botocore, partitions.json).
const PARTITIONS: &[(&str, &str)] = &[
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
];

impl<'a> InEcr<'a> {
    /// The parts of an image, if it lies in a private registry of ECR.
    #[must_use]
    pub fn read(image: &'a str) -> Option<Self> {
        let (host, path) = image.split_once('/')?;
        let (account, rest) = host.split_once('.')?;
        let rest = SERVICES.iter().find_map(|service| rest.strip_prefix(service))?;
        let (region, domain) = rest.split_once('.')?;
        let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || region.is_empty() || !DOMAINS.contains(&domain) {
            return None;
        }
        let (path, digest) = split(path, '@');
        let (repository, tag) = split(path, ':');
        Some(Self { account, region, repository, tag, digest })
    }

    /// The ARN of the repository.
    #[must_use]
    pub fn arn(&self) -> String {
        let Self { account, region, repository, .. } = self;
        let known = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
        let partition = known.map_or("aws", |(_, partition)| partition);
        format!("arn:{partition}:ecr:{region}:{account}:repository/{repository}")
    }

    /// Whether both lie in the same repository, by whichever host.
    #[must_use]
    pub fn beside(&self, other: &Self) -> bool {
        let Self { account, region, repository, .. } = *self;
        (account, region, repository) == (other.account, other.region, other.repository)
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

#[cfg(test)]
mod tests {
    use super::InEcr;

    #[test]
    fn an_image_in_ecr_names_its_repository() {
        let arns: Vec<String> = [
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2",
            "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app",
            "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/app@sha256:1",
            "123456789012.dkr.ecr-fips.us-gov-east-1.amazonaws.com/app",
            "123456789012.dkr-ecr.us-gov-east-1.on.aws/app",
            "123456789012.dkr-ecr.eu-central-1.on.aws/app:1",
            "123456789012.dkr-ecr-fips.us-west-2.on.aws/app",
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app",
            "123456789012.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn/app",
            "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/app",
            "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/app",
            "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov/app",
            "123456789012.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk/app",
            "123456789012.dkr.ecr.us-isof-south-1.csp.hci.ic.gov/app",
        ]
        .iter()
        .map(|image| InEcr::read(image).unwrap_or_else(|| panic!("{image}")).arn())
        .collect();
        expect_test::expect![[r"
            arn:aws:ecr:eu-west-1:123456789012:repository/team/app
            arn:aws:ecr:us-east-1:123456789012:repository/app
            arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app
            arn:aws-us-gov:ecr:us-gov-east-1:123456789012:repository/app
            arn:aws-us-gov:ecr:us-gov-east-1:123456789012:repository/app
            arn:aws:ecr:eu-central-1:123456789012:repository/app
            arn:aws:ecr:us-west-2:123456789012:repository/app
            arn:aws-cn:ecr:cn-north-1:123456789012:repository/app
            arn:aws-cn:ecr:cn-northwest-1:123456789012:repository/app
            arn:aws-eusc:ecr:eusc-de-east-1:123456789012:repository/app
            arn:aws-iso:ecr:us-iso-east-1:123456789012:repository/app
            arn:aws-iso-b:ecr:us-isob-east-1:123456789012:repository/app
            arn:aws-iso-e:ecr:eu-isoe-west-1:123456789012:repository/app
            arn:aws-iso-f:ecr:us-isof-south-1:123456789012:repository/app"]]
        .assert_eq(&arns.join("\n"));
    }

    #[test]
    fn other_registries_are_none_of_ecrs() {
        for image in [
            "nginx",
            "public.ecr.aws/nginx/nginx:1.27",
            "12345.dkr.ecr.eu-west-1.amazonaws.com/app",
            "123456789012.dkr.ecr.eu-west-1.example.com/app",
            "123456789012.dkr.other.eu-west-1.amazonaws.com/app",
        ] {
            assert_eq!(InEcr::read(image), None, "{image}");
        }
    }

    #[test]
    fn a_digest_may_follow_a_tag() {
        let image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2@sha256:34";
        let read = InEcr::read(image).expect("an image in ECR");
        assert_eq!((read.repository, read.tag), ("team/app", Some("1.2")));
        assert_eq!(read.digest, Some("sha256:34"));
        let by_other_host =
            InEcr::read("123456789012.dkr-ecr.eu-west-1.on.aws/team/app").expect("an image in ECR");
        assert!(read.beside(&by_other_host));
        let other = InEcr::read("123456789012.dkr-ecr.eu-west-1.on.aws/team/app2");
        assert!(!read.beside(&other.expect("an image in ECR")));
    }
}
