//! The log group of the tasks.

use crate::children::logs::log_group;
use crate::component::wiring::{Node, Wanted, Wiring};
use crate::property::Wire;

pub(in crate::component) type Logs<'a> = Node<'a, log_group::Outputs<Wire>>;

pub(in crate::component) fn wire<'a>(wiring: &mut Wiring<'a>) -> Logs<'a> {
    wiring.node(wiring.parent.make::<log_group::LogGroup>("logs", wiring.want.log_group()))
}

impl Wanted {
    fn log_group(&self) -> log_group::Inputs<Wire> {
        log_group::Inputs {
            retention_in_days: Some(self.args.observability.log_retention_in_days(&self.defaults)),
            kms_key_id: self.args.observability.log_kms_key_id(),
        }
    }
}
