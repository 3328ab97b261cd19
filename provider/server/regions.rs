//! What can be a region. A mistyped one has no address, and would cost a minute of retries at each
//! call before an error comes.

use crate::error::{Error, Result};
use crate::property::words::did_you_mean;

/// The regions that are known here (botocore 1.44.5, partitions.json): for the nearest one of a
/// typing error. AWS opens more; what is not among them passes if it is made like one.
const REGIONS: [&str; 48] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "me-west-1",
    "mx-central-1",
    "sa-east-1",
    "sa-west-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// The last word of each region's name is one of these.
const DIRECTIONS: [&str; 9] = [
    "central",
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
];

/// What is wrong with the name of a region: a sentence.
#[must_use]
pub(super) fn complain(region: &str) -> Option<String> {
    if has_form(region) {
        return None;
    }
    let meant = did_you_mean(region, REGIONS.into_iter().rev())
        .unwrap_or_else(|| " A region is written like `eu-central-1`.".to_owned());
    Some(format!("\"{region}\" is not an AWS region.{meant}"))
}

/// Where a region comes from that no configuration names.
pub(super) const SURROUNDINGS: &str = "the environment or the profile";

/// The region, if it can be one.
///
/// # Errors
/// When it cannot: what was meant, and where it is set.
pub(super) fn check(source: &str, region: String) -> Result<String> {
    match complain(&region) {
        Some(reason) => Err(Error::configuration(
            "the region is wrong",
            format!("the region of {source}: {reason}"),
        )),
        None => Ok(region),
    }
}

/// The error for a region that is spelled like one, and that we do not know.
#[must_use]
pub(super) fn doubt(region: &str) -> Option<String> {
    (!REGIONS.contains(&region)).then(|| {
        format!(
            "The region {region} is not known here. If AWS has opened it lately, all is well; if not, \
             every call will wait for an answer in vain."
        )
    })
}

/// `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`: a place, a direction, a number.
fn has_form(region: &str) -> bool {
    let mut parts = region.rsplitn(3, '-');
    let (number, direction, place) = (parts.next(), parts.next(), parts.next());
    let lower = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    number.is_some_and(|it| it.len() <= 2 && it.parse::<u8>().is_ok_and(|it| it > 0))
        && direction.is_some_and(|it| DIRECTIONS.contains(&it))
        && place.is_some_and(|it| it.split('-').all(lower))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{REGIONS, SURROUNDINGS, check, complain, doubt};

    #[test]
    fn all_regions_are_made_alike() {
        for region in REGIONS {
            assert_eq!((complain(region), doubt(region)), (None, None), "{region}");
        }
    }

    #[test]
    fn a_region_is_refused_with_the_place_where_it_stands() {
        let message =
            |source| check(source, "eu-centrall-1".to_owned()).expect_err("it is none").to_string();
        expect![[r#"
            the region of `aws:region`: "eu-centrall-1" is not an AWS region. Did you mean `eu-central-1`?
            the region of the environment or the profile: "eu-centrall-1" is not an AWS region. Did you mean `eu-central-1`?"#]]
        .assert_eq(&[message("`aws:region`"), message(SURROUNDINGS)].join("\n"));
    }

    #[test]
    fn a_new_region_is_doubted_and_a_mistyped_one_refused() {
        assert_eq!(complain("nz-north-12"), None);
        expect!["The region nz-north-12 is not known here. If AWS has opened it lately, all is well; if not, every call will wait for an answer in vain."]
            .assert_eq(&doubt("nz-north-12").unwrap_or_default());
        let wrong =
            ["eu-centrall-1", "eu-central", "us-east-1a", "EU-WEST-1", "frankfurt", "a-b-1"];
        let message = wrong.map(|it| complain(it).unwrap_or_default());
        expect![[r#"
            "eu-centrall-1" is not an AWS region. Did you mean `eu-central-1`?
            "eu-central" is not an AWS region. Did you mean `eu-central-1`?
            "us-east-1a" is not an AWS region. Did you mean `us-east-1`?
            "EU-WEST-1" is not an AWS region. Did you mean `eu-west-1`?
            "frankfurt" is not an AWS region. A region is written like `eu-central-1`.
            "a-b-1" is not an AWS region. A region is written like `eu-central-1`."#]]
        .assert_eq(&message.join("\n"));
    }
}
