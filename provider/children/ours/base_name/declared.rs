//! Of which service a child says that it is.

use crate::property::Map;

/// The base name that the checked inputs of any child speak of (the service's, or its own), and the
/// region.
#[must_use]
pub fn declared(inputs: &Map) -> Option<(&str, &str)> {
    let text = |name: &str| inputs.get(name)?.as_str();
    let base = ["baseName", "name", "chosen"].into_iter().find_map(text)?;
    Some((base, text("region")?))
}
