//! How a new revision gets the traffic, in the words of the service's child.

use super::strategy::HookArgs;
use super::wiring::Own;
use crate::children::ecs::service::{Hook, Inputs, Shift, Threshold};
use crate::component::balancer::wiring::WayIn;
use crate::component::inputs::choices::{DeploymentStrategy, LifecycleStage, Pause, word};
use crate::component::inputs::types::List;
use crate::component::wiring::Wanted;
use crate::error::Result;
use crate::property::{Output, Wire};

/// What of other children it takes.
#[derive(Default)]
pub(super) struct Ingredients {
    /// ARNs of the second target group, the production rule, the test rule and the role.
    moving: Option<[Option<Output<String>>; 4]>,
    /// Names of the alarms that the component creates and that count.
    alarms: Vec<Output<String>>,
}

/// Waits for what there is of these, and for nothing else.
pub(super) fn ingredients<'a>(
    want: &'a Wanted,
    way_in: &WayIn<'a>,
    own: &Own<'a>,
) -> impl Future<Output = Result<Ingredients>> + Send + use<'a> {
    let shifting = way_in.shifting.as_ref();
    let nodes = shifting.map(|it| (it.alternate.clone(), it.production.clone(), it.test.clone()));
    let (role, alarms) = (own.infrastructure.clone(), own.alarms.clone());
    async move {
        let mut taken = Ingredients::default();
        if let Some((alternate, production, test)) = nodes {
            let (alternate, production, test, role) =
                tokio::try_join!(alternate, production, test, role)?;
            let role = role.map(|it| it.arn);
            taken.moving = Some([Some(alternate.arn), Some(production), test, role]);
        }
        if want.args.service.deployment().rollback_alarms().own() {
            taken.alarms = alarms.await?.into_iter().map(|it| it.name).collect();
        }
        Ok(taken)
    }
}

impl Wanted {
    /// The service's inputs with what `deployment` says of the way to a new revision.
    pub(super) fn shifted(&self, inputs: Inputs<Wire>, taken: Ingredients) -> Inputs<Wire> {
        let deployment = self.args.service.deployment();
        let breaker = deployment.circuit_breaker();
        let threshold = breaker.threshold();
        let threshold = (!threshold.given().is_empty())
            .then(|| Threshold { r#type: threshold.r#type().map(word), value: threshold.value() });
        let alarms = deployment.rollback_alarms();
        let named = !taken.alarms.is_empty() || alarms.names.is_some();
        let own = taken.alarms;
        let alarm_names: List = alarms.names().map(|names| own.into_iter().chain(names).collect());
        Inputs {
            threshold,
            reset_on_healthy_task: breaker
                .reset_on_healthy_task
                .is_some()
                .then(|| breaker.reset_on_healthy_task()),
            alarm_names: named.then_some(alarm_names),
            shift: taken.moving.map(|arns| self.shift(arns)),
            ..inputs
        }
    }

    fn shift(&self, arns: [Option<Output<String>>; 4]) -> Shift<Wire> {
        let [alternate, production, test, role] = arns;
        let deployment = self.args.service.deployment();
        let strategy = deployment.strategy();
        let (canary, linear) = (deployment.canary(), deployment.linear());
        let steps = match strategy {
            DeploymentStrategy::Canary => Some((canary.percent(), canary.bake_time_in_minutes())),
            DeploymentStrategy::Linear => {
                Some((linear.step_percent(), linear.step_bake_time_in_minutes()))
            }
            DeploymentStrategy::BlueGreen | DeploymentStrategy::Rolling => None,
        };
        let (percent, minutes) = steps.unzip();
        let absent = Output::unknown;
        let role = role.unwrap_or_else(absent);
        Shift {
            strategy: Output::from(strategy.of_ecs()).from_input("deployment.strategy"),
            bake_time_in_minutes: deployment.bake_time_in_minutes(),
            percent,
            step_bake_time_in_minutes: minutes,
            alternate_target_group_arn: alternate.unwrap_or_else(absent),
            production_listener_rule: production.unwrap_or_else(absent),
            test_listener_rule: test,
            hooks: self.hooks(&role),
            role_arn: role,
        }
    }

    /// The program's hooks, and the pause that a person ends.
    fn hooks(&self, role: &Output<String>) -> Output<Vec<Hook<Wire>>> {
        let deployment = self.args.service.deployment();
        let approved = (deployment.pause() == Pause::Approve).then(|| Hook {
            stages: vec![word(LifecycleStage::PreProductionTrafficShift).into()].into(),
            function_arn: None,
            role_arn: None,
            timeout_in_minutes: Some(deployment.pause_timeout_in_minutes()),
            timeout_action: None,
        });
        let given = deployment.hooks().unwrap_or(Output::from(Vec::new()));
        given.map(|hooks| {
            hooks.into_iter().map(|hook| written(hook, role)).chain(approved).collect()
        })
    }
}

fn written(hook: HookArgs, role: &Output<String>) -> Hook<Wire> {
    let role_arn = hook.lambda_arn.is_some().then(|| hook.role_arn.unwrap_or_else(|| role.clone()));
    Hook {
        stages: hook.stages.map(|stages| stages.into_iter().map(|it| it.map(word)).collect()),
        function_arn: hook.lambda_arn,
        role_arn,
        timeout_in_minutes: hook.timeout_in_minutes,
        timeout_action: hook.timeout_action.map(|it| it.map(word)),
    }
}
