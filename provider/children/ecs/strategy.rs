//! Which capacity provider gets which share of the tasks, of a service or by default in a cluster.

use aws_sdk_ecs::types::CapacityProviderStrategyItem;
use serde::{Deserialize, Serialize};

use crate::aws::numbers::{natural, whole};
use crate::error::{Error, Result};
use crate::property::{Form, Output, Plain, Wire};

/// One capacity provider's share of the tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyItem<F: Form = Plain> {
    /// `FARGATE` or `FARGATE_SPOT`.
    pub capacity_provider: F::Of<String>,
    pub base: F::Of<u32>,
    pub weight: F::Of<u32>,
}

pub(super) fn write(strategy: &[StrategyItem]) -> Result<Vec<CapacityProviderStrategyItem>> {
    let written = |item: &StrategyItem| {
        CapacityProviderStrategyItem::builder()
            .capacity_provider(&item.capacity_provider)
            .base(whole(item.base))
            .weight(whole(item.weight))
            .build()
            .map_err(Error::bug)
    };
    strategy.iter().map(written).collect()
}

/// In the order of the capacity providers, which means nothing.
pub(super) fn read(strategy: &[CapacityProviderStrategyItem]) -> Vec<StrategyItem> {
    let mut strategy = strategy.to_vec();
    strategy.sort_by(|one, other| one.capacity_provider().cmp(other.capacity_provider()));
    let read = |item: &CapacityProviderStrategyItem| StrategyItem {
        capacity_provider: item.capacity_provider().to_owned(),
        base: natural(Some(item.base())).unwrap_or(0),
        weight: natural(Some(item.weight())).unwrap_or(0),
    };
    strategy.iter().map(read).collect()
}

/// The order of capacity providers means nothing (terraform-provider-aws keeps a set of them), and
/// ECS may return another order than it was sent. Those that are not known yet come first.
pub(super) fn in_order(
    strategy: Output<Vec<StrategyItem<Wire>>>,
) -> Output<Vec<StrategyItem<Wire>>> {
    strategy.map(|mut items| {
        items.sort_by(|one, other| {
            one.capacity_provider.known().cmp(&other.capacity_provider.known())
        });
        items
    })
}

#[cfg(test)]
mod tests {
    use super::{StrategyItem, in_order, read, write};
    use crate::property::{Output, Wire};

    #[test]
    fn in_whichever_order_ecs_tells_the_strategy_it_is_the_same() {
        let item = |provider: &str| StrategyItem {
            capacity_provider: provider.to_owned(),
            base: 0,
            weight: 1,
        };
        let written = write(&[item("FARGATE_SPOT"), item("FARGATE")]).expect("a strategy");
        assert_eq!(read(&written), [item("FARGATE"), item("FARGATE_SPOT")]);
        let wire = |provider: &str| StrategyItem::<Wire> {
            capacity_provider: provider.into(),
            base: 0.into(),
            weight: 1.into(),
        };
        let sorted = in_order(Output::from(vec![wire("FARGATE_SPOT"), wire("FARGATE")]));
        assert_eq!(sorted.known(), Some(&vec![wire("FARGATE"), wire("FARGATE_SPOT")]));
    }
}
