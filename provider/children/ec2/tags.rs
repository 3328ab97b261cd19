//! Tags of EC2 objects, by which they are marked and found: all kinds have the same calls.

use aws_sdk_ec2::types::{
    Address, EgressOnlyInternetGateway, Filter, InternetGateway, NatGateway, ResourceType,
    RouteTable, SecurityGroup, SecurityGroupRule, Subnet, Tag, TagSpecification, Vpc,
};

pub(super) use crate::aws::tags::read;

use crate::aws::Explain;
use crate::aws::tags::write;
use crate::error::Result;
use crate::resource::{Cx, Standing, Tagged, Tags, owner};

/// The object with an id.
pub(super) struct Object<'a>(pub(super) &'a Cx, pub(super) &'a str);

impl Tagged for Object<'_> {
    async fn set(&self, tags: &Tags) -> Result<()> {
        let Self(cx, id) = self;
        let call = cx.aws.ec2().await?.create_tags().resources(*id);
        call.set_tags(Some(write(tags)?)).send().await.explain("ec2:CreateTags", id).map(drop)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<()> {
        let Self(cx, id) = self;
        let keys = keys.into_iter().map(|key| Tag::builder().key(key).build()).collect();
        let call = cx.aws.ec2().await?.delete_tags().resources(*id);
        call.set_tags(Some(keys)).send().await.explain("ec2:DeleteTags", id).map(drop)
    }
}

/// What EC2 describes of an object by which it is found: its id and its tags.
pub(super) trait Described {
    fn id(&self) -> Option<&str>;
    fn tags(&self) -> &[Tag];
}

macro_rules! known_by {
    ($($kind:ident by $id:ident;)*) => {
        $(impl Described for $kind {
            fn id(&self) -> Option<&str> {
                self.$id()
            }

            fn tags(&self) -> &[Tag] {
                self.tags()
            }
        })*
    };
}

known_by! {
    Address by allocation_id;
    EgressOnlyInternetGateway by egress_only_internet_gateway_id;
    InternetGateway by internet_gateway_id;
    NatGateway by nat_gateway_id;
    RouteTable by route_table_id;
    SecurityGroup by group_id;
    SecurityGroupRule by security_group_rule_id;
    Subnet by subnet_id;
    Vpc by vpc_id;
}

/// The first of the objects that fits.
pub(super) fn standing<D: Described>(all: Vec<D>, fits: impl Fn(&D) -> bool) -> Option<Standing> {
    all.into_iter()
        .find(fits)
        .map(|it| Standing::of(it.id().unwrap_or_default().to_owned(), Some(read(it.tags()))))
}

/// The ids of those objects that belong to the service.
pub(super) fn of_the_service<D: Described>(cx: &Cx, all: &[D]) -> Vec<String> {
    let ours = all.iter().filter(|it| owner::carries(&read(it.tags()), &cx.base));
    ours.filter_map(|it| it.id().map(str::to_owned)).collect()
}

/// Tags for the call that makes an object of this type.
pub(super) fn specification(kind: ResourceType, tags: &Tags) -> Result<TagSpecification> {
    let tags = write(tags)?;
    Ok(TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build())
}

/// What a describing call looks for: a property by its name.
pub(super) fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}
