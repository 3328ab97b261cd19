//! What the end of a deployment means to the person who asked for it: a service that went back to what it was has
//! failed.

use aws_sdk_ecs::types::{
    ServiceDeployment, ServiceDeploymentAlarms, ServiceDeploymentCircuitBreaker,
    ServiceDeploymentRollbackMonitorsStatus as Monitor, ServiceDeploymentStatus as Status,
};

use super::stages;

/// How a deployment ended.
pub(super) enum Ended {
    /// It succeeded; without a record of it ECS only says that it is completed.
    Well(Option<Box<ServiceDeployment>>),
    /// With what can be said of it.
    Badly(String),
    /// It was stopped; only what else is there says why.
    Stopped(String),
}

/// What ECS says where it has nothing to go back to (terraform-provider-aws, ecs/service_test.go).
const NO_CANDIDATE: &str = "No rollback candidate";

/// The end, if it is one. `stopped`: why this run stopped it. `stage`: the last one that was seen.
pub(super) fn ended(
    service: &str,
    deployment: &ServiceDeployment,
    stopped: Option<&str>,
    stage: Option<&str>,
) -> Option<Ended> {
    let first = deployment.source_service_revisions().is_empty();
    let status_reason = deployment.status_reason().unwrap_or_default();
    let nothing = first || status_reason.contains(NO_CANDIDATE);
    let what = match deployment.status()? {
        Status::Successful => return Some(Ended::Well(Some(Box::new(deployment.clone())))),
        Status::RollbackSuccessful => "and the service went back to what ran before",
        Status::RollbackFailed if nothing => {
            "and there is nothing to go back to: no deployment of it has worked yet"
        }
        Status::RollbackFailed => "and going back to what ran before failed too",
        Status::Stopped if is_given_up(deployment) => {
            "and nothing goes back, as `deployment.circuitBreaker.rollback` says"
        }
        Status::Stopped => "was stopped before it was done",
        _ => return None,
    };
    let why = why(deployment, stopped);
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    Some(if deployment.status() == Some(&Status::Stopped) && !is_given_up(deployment) {
        Ended::Stopped(format!("the deployment of service {service} {what}{why}"))
    } else {
        let stage = stage.map_or_else(String::new, |stage| {
            format!(" at the stage {stage} ({})", stages::words(stage))
        });
        Ended::Badly(format!("the deployment of service {service} failed{stage}, {what}{why}"))
    })
}

/// Whether the circuit breaker or an alarm ended it.
fn is_given_up(deployment: &ServiceDeployment) -> bool {
    let breaker = deployment.deployment_circuit_breaker().and_then(|it| it.status());
    let alarms = deployment.alarms().and_then(|it| it.status());
    [breaker, alarms].contains(&Some(&Monitor::Triggered))
}

/// Why it failed, as far as ECS says.
pub(super) fn why(deployment: &ServiceDeployment, stopped: Option<&str>) -> String {
    if let Some(stopped) = stopped {
        return stopped.to_owned();
    }
    let status = deployment.status_reason().filter(|reason| !reason.contains(NO_CANDIDATE));
    let rollback = deployment.rollback().and_then(|it| it.reason());
    let reason = status.or(rollback).unwrap_or_default().trim_end_matches('.');
    let alarms =
        deployment.alarms().map(ServiceDeploymentAlarms::triggered_alarm_names).unwrap_or_default();
    if !alarms.is_empty() {
        return format!("{reason} ({})", alarms.join(", "));
    }
    let breaker = deployment.deployment_circuit_breaker();
    let failures = breaker.map_or(0, ServiceDeploymentCircuitBreaker::failure_count);
    if reason.contains("circuit breaker") && failures > 0 {
        return format!("{reason} (failed tasks: {failures})");
    }
    reason.to_owned()
}

/// Whether it has failed already, and only the way back is not done.
pub(super) fn has_failed(deployment: &ServiceDeployment) -> bool {
    matches!(
        deployment.status(),
        Some(Status::RollbackRequested | Status::RollbackInProgress | Status::StopRequested)
    )
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{
        Rollback, ServiceDeploymentAlarms, ServiceDeploymentCircuitBreaker, ServiceRevisionSummary,
    };
    use expect_test::expect;

    use super::{Ended, Monitor, ServiceDeployment, Status, ended, has_failed};

    fn deployment(status: Status, reason: &str, first: bool) -> ServiceDeployment {
        let old = ServiceRevisionSummary::builder().build();
        ServiceDeployment::builder()
            .status(status)
            .status_reason(reason)
            .set_source_service_revisions(Some(if first { vec![] } else { vec![old] }))
            .build()
    }

    fn told(deployment: &ServiceDeployment, stopped: Option<&str>, stage: Option<&str>) -> String {
        match ended("web", deployment, stopped, stage) {
            None => "goes on".to_owned(),
            Some(Ended::Well(_)) => "well".to_owned(),
            Some(Ended::Badly(verdict) | Ended::Stopped(verdict)) => verdict,
        }
    }

    #[test]
    fn only_success_is_success() {
        let told = |status| told(&deployment(status, "", false), None, None);
        assert_eq!(told(Status::Successful), "well");
        for status in [Status::Pending, Status::InProgress, Status::StopRequested] {
            assert_eq!(told(status), "goes on");
        }
        assert_eq!(told(Status::RollbackInProgress), "goes on");
        assert!(has_failed(&deployment(Status::RollbackInProgress, "", false)));
        assert!(!has_failed(&deployment(Status::InProgress, "", false)));
    }

    #[test]
    fn each_end_is_told() {
        let none = "No rollback candidate was found to run the rollback.";
        let broken =
            "Service deployment rolled back because the circuit breaker threshold was exceeded.";
        let alarm = "Service deployment rolled back because of one or more active alarms.";
        let breaker = ServiceDeploymentCircuitBreaker::builder().failure_count(3).build();
        let alarms = ServiceDeploymentAlarms::builder().triggered_alarm_names("web-5xx").build();
        let mut by_breaker = deployment(Status::RollbackSuccessful, broken, false);
        by_breaker.deployment_circuit_breaker = Some(breaker);
        let mut by_alarm = deployment(Status::RollbackSuccessful, alarm, false);
        by_alarm.alarms = Some(alarms);
        let mut first = deployment(Status::RollbackFailed, none, false);
        first.rollback = Some(Rollback::builder().reason(broken).build());
        let mut given_up =
            deployment(Status::Stopped, &broken.replace("rolled back", "stopped"), false);
        given_up.deployment_circuit_breaker = Some(
            ServiceDeploymentCircuitBreaker::builder()
                .status(Monitor::Triggered)
                .failure_count(3)
                .build(),
        );
        let told = [
            told(&given_up, None, None),
            told(&by_breaker, None, None),
            told(&by_alarm, None, Some("BAKE_TIME")),
            told(&by_breaker, Some("this run stopped it"), None),
            told(&deployment(Status::RollbackFailed, broken, false), None, None),
            told(&deployment(Status::RollbackFailed, "", true), None, None),
            told(&first, None, None),
            told(&deployment(Status::Stopped, "a user asked for it.", false), None, None),
        ];
        expect![[r"
            the deployment of service web failed, and nothing goes back, as `deployment.circuitBreaker.rollback` says: Service deployment stopped because the circuit breaker threshold was exceeded (failed tasks: 3)
            the deployment of service web failed, and the service went back to what ran before: Service deployment rolled back because the circuit breaker threshold was exceeded (failed tasks: 3)
            the deployment of service web failed at the stage BAKE_TIME (baking), and the service went back to what ran before: Service deployment rolled back because of one or more active alarms (web-5xx)
            the deployment of service web failed, and the service went back to what ran before: this run stopped it
            the deployment of service web failed, and going back to what ran before failed too: Service deployment rolled back because the circuit breaker threshold was exceeded
            the deployment of service web failed, and there is nothing to go back to: no deployment of it has worked yet
            the deployment of service web failed, and there is nothing to go back to: no deployment of it has worked yet: Service deployment rolled back because the circuit breaker threshold was exceeded
            the deployment of service web was stopped before it was done: a user asked for it"]].assert_eq(&told.join("\n"));
    }
}
