//! What a run ends with: its completion, and what protects the service from a deletion that cannot come to
//! its end.

use crate::children::ours::{base_name, completion, deletion_protection};
use crate::component::wiring::Wanted;
use crate::component::wiring::options::Options;
use crate::component::wiring::parent::Parent;
use crate::error::Result;
use crate::property::{Output, Wire};

/// Registers the completion, which depends on all that was created; its id.
pub(in crate::component) async fn complete(
    parent: &Parent<'_>,
    base: base_name::Outputs<Wire>,
    changes: Vec<Output<String>>,
    options: &Options,
) -> Result<Output<String>> {
    let mut objects = parent.made();
    objects.sort_by(|one, other| one.known().cmp(&other.known()));
    let objects = objects.into_iter().collect::<Output<Vec<_>>>();
    let inputs = completion::Inputs {
        generation: base.generation,
        kinds: base.kinds,
        objects: objects.map(|marks| marks.into_iter().map(Output::from).collect()),
        changed: (!changes.is_empty()).then(|| changes.into()),
        retained: (options.retained || options.protected).then(|| true.into()),
    };
    Ok(parent.register::<completion::Completion>("completion", inputs).await?.id)
}

/// Registers what is deleted first, since it depends on all others.
pub(in crate::component) async fn protect(
    parent: &Parent<'_>,
    want: &Wanted,
    load_balancer_arn: Option<Output<String>>,
    repository_name: Option<Output<String>>,
    logs_bucket: Option<Output<String>>,
) -> Result<()> {
    if want.is_protected() {
        let inputs = want.deletion_protection(load_balancer_arn, repository_name, logs_bucket);
        parent.make::<deletion_protection::DeletionProtection>("protection", inputs).await?;
    }
    Ok(())
}

impl Wanted {
    /// Whether something in it may have to be kept: asked for, or images or logs that would be lost.
    fn is_protected(&self) -> bool {
        // A repository may come to be protected or not while the service lives: the child stays and
        // knows, since its end in the middle of that life would be taken for the service's.
        let of_balancer =
            self.args.balancer.deletion_protection.is_some() || self.defaults.deletion_protection;
        of_balancer && !self.args.is_shared()
            || self.repository().is_some()
            || self.has_logs_bucket()
    }

    fn deletion_protection(
        &self,
        load_balancer_arn: Option<Output<String>>,
        repository_name: Option<Output<String>>,
        logs_bucket: Option<Output<String>>,
    ) -> deletion_protection::Inputs<Wire> {
        deletion_protection::Inputs {
            load_balancer_arn,
            repository_name,
            force_delete: self.repository().map(|repository| repository.force_delete),
            logs_bucket,
            force_delete_logs: self.logs_may_go(),
        }
    }
}
