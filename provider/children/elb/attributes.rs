//! Attributes of load balancers, listeners and target groups: keys and values, all of them text, which a call of
//! their own sets. A kind has a table with a row for each attribute: the input, AWS's key, and AWS's
//! default. What has to be sent, and what was asked for as it is read back, follow from the rows.

use aws_sdk_elasticloadbalancingv2::types::{
    ListenerAttribute, LoadBalancerAttribute, TargetGroupAttribute,
};

use crate::aws::Explain;
use crate::error::Result;
use crate::resource::Cx;

/// An input that is an attribute in AWS; [`attributes!`] makes it.
pub(super) struct Attribute<I> {
    pub(super) key: &'static str,
    pub(super) reset: fn(&mut I),
    pub(super) write: fn(&I) -> String,
    pub(super) read: fn(&mut I, &str),
}

/// A value as AWS has it. What is not of its type stays as it was; nothing is the empty text.
pub(super) trait Text {
    fn write(&self) -> String;
    fn read(&mut self, text: &str);
}

macro_rules! text {
    ($($type:ty),*) => {
        $(impl Text for $type {
            fn write(&self) -> String {
                self.to_string()
            }

            fn read(&mut self, text: &str) {
                if let Ok(value) = text.parse() {
                    *self = value;
                }
            }
        })*
    };
}
text!(u32, bool);

impl Text for String {
    fn write(&self) -> String {
        self.clone()
    }

    fn read(&mut self, text: &str) {
        text.clone_into(self);
    }
}

impl Text for Option<String> {
    fn write(&self) -> String {
        self.clone().unwrap_or_default()
    }

    fn read(&mut self, text: &str) {
        *self = (!text.is_empty()).then(|| text.to_owned());
    }
}

/// `input => key, AWS's default;` for each attribute of a kind.
macro_rules! attributes {
    ($($input:ident => $key:expr, $default:expr;)*) => {
        &[$($crate::children::elb::attributes::Attribute {
            key: $key,
            reset: |inputs| inputs.$input = $default,
            write: |inputs| $crate::children::elb::attributes::Text::write(&inputs.$input),
            read: |inputs, text| $crate::children::elb::attributes::Text::read(&mut inputs.$input, text),
        },)*]
    };
}
pub(super) use attributes;

/// Inputs of which some are attributes.
pub(super) trait Attributed: Default + 'static {
    const ATTRIBUTES: &'static [Attribute<Self>];

    /// Whether AWS takes the empty value of this attribute, which means none.
    fn may_be_empty(_key: &str) -> bool {
        false
    }

    /// Every attribute as it is in a new object; the other inputs are empty.
    fn unset() -> Self {
        let mut inputs = Self::default();
        for attribute in Self::ATTRIBUTES {
            (attribute.reset)(&mut inputs);
        }
        inputs
    }

    /// The attributes that AWS shows, each as key and value; the other inputs are empty.
    fn shown<'a>(shown: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut inputs = Self::unset();
        for (key, value) in shown {
            if let Some(attribute) = Self::ATTRIBUTES.iter().find(|it| it.key == key) {
                (attribute.read)(&mut inputs, value);
            }
        }
        inputs
    }

    /// What has to be sent to come from `old` to `new`; without `old` every attribute, because any of
    /// them may differ. An empty value is sent only where AWS takes it.
    fn changed(old: Option<&Self>, new: &Self) -> Vec<(&'static str, String)> {
        let differs =
            |it: &&Attribute<Self>| old.is_none_or(|old| (it.write)(old) != (it.write)(new));
        Self::ATTRIBUTES
            .iter()
            .filter(differs)
            .map(|it| (it.key, (it.write)(new)))
            .filter(|(key, value)| Self::may_be_empty(key) || !value.is_empty())
            .collect()
    }
}

/// Sets these attributes of a load balancer, if there are any.
pub(super) async fn of_load_balancer(
    cx: &Cx,
    arn: &str,
    set: Vec<(&'static str, String)>,
) -> Result<()> {
    if set.is_empty() {
        return Ok(());
    }
    let written = |(key, value)| LoadBalancerAttribute::builder().key(key).value(value).build();
    cx.aws
        .elb()
        .await?
        .modify_load_balancer_attributes()
        .load_balancer_arn(arn)
        .set_attributes(Some(set.into_iter().map(written).collect()))
        .send()
        .await
        .explain("elasticloadbalancing:ModifyLoadBalancerAttributes", arn)
        .map(drop)
}

/// Sets these attributes of a listener, if there are any.
pub(super) async fn of_listener(
    cx: &Cx,
    arn: &str,
    set: Vec<(&'static str, String)>,
) -> Result<()> {
    if set.is_empty() {
        return Ok(());
    }
    let written = |(key, value)| ListenerAttribute::builder().key(key).value(value).build();
    cx.aws
        .elb()
        .await?
        .modify_listener_attributes()
        .listener_arn(arn)
        .set_attributes(Some(set.into_iter().map(written).collect()))
        .send()
        .await
        .explain("elasticloadbalancing:ModifyListenerAttributes", arn)
        .map(drop)
}

/// Sets these attributes of a target group, if there are any.
pub(super) async fn of_target_group(
    cx: &Cx,
    arn: &str,
    set: Vec<(&'static str, String)>,
) -> Result<()> {
    if set.is_empty() {
        return Ok(());
    }
    let written = |(key, value)| TargetGroupAttribute::builder().key(key).value(value).build();
    cx.aws
        .elb()
        .await?
        .modify_target_group_attributes()
        .target_group_arn(arn)
        .set_attributes(Some(set.into_iter().map(written).collect()))
        .send()
        .await
        .explain("elasticloadbalancing:ModifyTargetGroupAttributes", arn)
        .map(drop)
}

/// What holds for the attributes of each kind.
#[cfg(test)]
pub(super) mod laws {
    use super::Attributed;
    use crate::property::Property;
    use crate::property::dice::thrown;

    fn pairs<'a>(sent: &'a [(&'static str, String)]) -> impl Iterator<Item = (&'a str, &'a str)> {
        sent.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// Every row, with whatever values its input can have.
    pub(in crate::children::elb) fn each_is_read_back<I: Attributed + Property>() {
        let fresh = I::unset();
        assert!(I::changed(Some(&fresh), &fresh).is_empty());
        assert_eq!(I::shown([]), fresh);
        assert_eq!(I::shown(pairs(&I::changed(None, &fresh))), fresh);
        let written = I::ATTRIBUTES
            .iter()
            .filter(|it| I::may_be_empty(it.key) || !(it.write)(&fresh).is_empty());
        assert_eq!(I::changed(None, &fresh).len(), written.count());
        let mut sent_at_all = std::collections::BTreeSet::new();
        for dice in 0..25 {
            let asked: I = thrown(dice);
            let sent = I::changed(Some(&fresh), &asked);
            let read = I::shown(pairs(&sent));
            assert!(I::changed(Some(&read), &asked).is_empty(), "{read:?} is not {asked:?}");
            sent_at_all.extend(sent.into_iter().map(|(key, _)| key));
        }
        let keys = I::ATTRIBUTES.iter().map(|it| it.key).collect();
        assert_eq!(sent_at_all, keys);
    }
}
