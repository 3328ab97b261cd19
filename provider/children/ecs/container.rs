//! What the task definition and the service must agree on about the one container.

/// The container's name.
pub(super) const CONTAINER: &str = "app";
/// First part of every log stream's name: `<prefix>/<container>/<task id>`.
pub(super) const LOG_PREFIX: &str = "app";
