//! What all parts of a network of the service's own have in common.

use crate::resource::Needed;

/// Who needs the permissions for them.
pub(super) const NETWORK: Needed = Needed::If("it has `network`");
