//! Types that inputs of several slices have.

use std::collections::BTreeMap;

use crate::property::Output;

/// A list whose members may be outputs of other resources.
pub(in crate::component) type List = Output<Vec<Output<String>>>;
/// A map whose values may be outputs of other resources.
pub(in crate::component) type Dict = Output<BTreeMap<String, Output<String>>>;
