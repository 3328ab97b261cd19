//! What still belongs to a service whose state is gone. Of some of it the state had an entry (the last
//! child tells, [`crate::children::ours::completion`]): that was retained. The rest is debris.

use super::Outputs;
use crate::error::Result;
use crate::resource::Cx;
use crate::resource::lifecycle::{Swept, remove_debris};
use crate::resource::owner::Owner;

/// Removes the debris, and tells what was retained.
pub(super) async fn all(cx: &Cx, outputs: &Outputs) -> Result<()> {
    let mut cx = Cx { base: outputs.value.clone(), ..cx.clone() };
    cx.tags.extend(Owner::fresh(&cx.base, &cx.child, &outputs.lineage).tags());
    let is_known = |mark: &str| cx.names.whole.contains(mark);
    remove_debris(&cx, Some(&outputs.kinds), Swept::Last(&is_known)).await
}
