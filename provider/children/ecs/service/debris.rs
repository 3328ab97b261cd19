//! What a killed run left of a service: it may be in any cluster, because which one was asked for
//! is not in the state of any other resource.

use super::live::{describe, is_active};
use crate::error::Result;
use crate::resource::Cx;

/// The services of this name, by their ARNs.
pub(super) async fn in_all_clusters(cx: &Cx) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for cluster in cx.aws.clusters().await? {
        let service = describe(cx, &cluster, &cx.base).await?.filter(is_active);
        found.extend(service.and_then(|service| service.service_arn));
    }
    Ok(found)
}
