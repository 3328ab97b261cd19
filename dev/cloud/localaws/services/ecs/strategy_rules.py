"""What CreateService and UpdateService refuse of a deployment configuration and of load balancers for it.

`InvalidParameterException` in all cases. Messages with a source: developer guide, "Troubleshooting Amazon ECS blue/green
deployments" (marked DOC); the others are worded here, after the texts and ranges of botocore's DeploymentConfiguration
and its parts.
"""

from __future__ import annotations

from localaws.context import Context

from . import neighbours
from .model import Json
from .refusing import refuse
from .strategies import SHIFTING

MOST_HOOKS = 10
MINUTES = 1440
# DOC; RECONCILE_SERVICE is in "Pause hooks for Amazon ECS service deployments".
_NO_PAUSE = ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")
_RULE = ":listener-rule/app/"
_LISTENER = ":listener/net/"


def check_strategy(configuration: Json, settings: Json, config: Json) -> None:
    strategy = configuration.get("strategy", "ROLLING")
    if strategy in SHIFTING:
        if settings["deploymentController"].get("type", "ECS") != "ECS":
            refuse(f"The deployment strategy {strategy} needs the ECS deployment controller.")
        if settings["schedulingStrategy"] == "DAEMON":
            refuse(f"The deployment strategy {strategy} does not work with DAEMON.")
        connect = (config.get("serviceConnectConfiguration") or {}).get("enabled")
        lattice = config.get("vpcLatticeConfigurations")
        # BLUE_GREEN also works without any of them: nothing is shifted then.
        if strategy != "BLUE_GREEN" and not (config.get("loadBalancers") or connect or lattice):
            refuse(
                f"The deployment strategy {strategy} needs a load balancer, Service Connect or VPC Lattice."
            )
    _check_minutes(configuration, "bakeTimeInMinutes")
    _check_own(configuration, strategy, "LINEAR", "linearConfiguration")
    _check_own(configuration, strategy, "CANARY", "canaryConfiguration")
    linear = configuration.get("linearConfiguration") or {}
    canary = configuration.get("canaryConfiguration") or {}
    _check_percent(linear, "stepPercent", 3.0)
    _check_minutes(linear, "stepBakeTimeInMinutes")
    _check_percent(canary, "canaryPercent", 0.1)
    _check_minutes(canary, "canaryBakeTimeInMinutes")
    _check_early_success(configuration, strategy)
    _check_breaker(configuration.get("deploymentCircuitBreaker") or {})
    _check_hooks(configuration.get("lifecycleHooks") or [])


def _check_own(configuration: Json, strategy: str, of: str, member: str) -> None:
    """ "Only valid when the deployment strategy is LINEAR", CANARY (botocore)."""
    if configuration.get(member) and strategy != of:
        refuse(f"{member} is only valid when the deployment strategy is {of}.")


def _check_minutes(rule: Json, member: str) -> None:
    if not 0 <= rule.get(member, 0) <= MINUTES:
        refuse(f"{member} must be between 0 and {MINUTES}.")


def _check_percent(rule: Json, member: str, least: float) -> None:
    """ "Valid values are multiples of 0.1" (botocore)."""
    percent = rule.get(member)
    if percent is None:
        return
    tenths = float(percent) * 10
    if not least <= percent <= 100 or abs(tenths - round(tenths)) > 1e-6:
        refuse(f"{member} must be a multiple of 0.1 from {least} to 100.0.")


def _check_early_success(configuration: Json, strategy: str) -> None:
    early = configuration.get("earlySuccessCriteria") or {}
    if not early.get("enable"):
        return
    if strategy != "ROLLING":
        refuse("earlySuccessCriteria is only valid with the deployment strategy ROLLING.")
    percent = early.get("healthyPercent")
    if percent is None or early.get("sourceServiceRevisionCleanup") is None:
        refuse("earlySuccessCriteria needs healthyPercent and sourceServiceRevisionCleanup.")
    if not configuration["minimumHealthyPercent"] <= percent <= 100:
        refuse("healthyPercent must be between minimumHealthyPercent and 100.")


def _check_breaker(breaker: Json) -> None:
    threshold = breaker.get("thresholdConfiguration")
    if threshold and threshold["value"] < 1:
        refuse("The threshold of the deployment circuit breaker must be 1 or greater.")


def _check_hooks(hooks: list[Json]) -> None:
    pauses = [it for it in hooks if it.get("targetType") == "PAUSE"]
    for kind, count in (("pause", len(pauses)), ("Lambda", len(hooks) - len(pauses))):
        if count > MOST_HOOKS:
            refuse(f"A service can have at most {MOST_HOOKS} {kind} hooks.")
    for hook in hooks:
        if not hook.get("lifecycleStages"):
            refuse("lifecycleStages of a lifecycle hook cannot be empty.")
        if hook.get("targetType") == "PAUSE":
            _check_pause(hook)
        elif not hook.get("hookTargetArn") or not hook.get("roleArn"):
            refuse("hookTargetArn and roleArn are required for an AWS_LAMBDA lifecycle hook.")


def _check_pause(hook: Json) -> None:
    """DOC; "Pause hooks do not use `hookTargetArn` or `roleArn`"."""
    if any(it in _NO_PAUSE for it in hook["lifecycleStages"]):
        refuse("Invalid lifecycle stage provided for Pause Hook")
    if hook.get("hookTargetArn") or hook.get("roleArn"):
        refuse("hookTargetArn and roleArn cannot be specified for a PAUSE lifecycle hook.")


def check_alarms(configuration: Json, settings: Json, context: Context) -> None:
    """ECS looks them up in the caller's name, so one that is not there shows at once. "Only when the
    DeploymentController is set to ECS" (botocore)."""
    alarms = configuration.get("alarms") or {}
    if not alarms.get("enable"):
        return
    if settings["deploymentController"].get("type", "ECS") != "ECS":
        refuse("Deployment alarms need the ECS deployment controller.")
    if not alarms["alarmNames"]:
        refuse("alarmNames cannot be empty when deployment alarms are enabled.")
    states = neighbours.alarm_states(context, alarms["alarmNames"])
    missing = [name for name, state in states.items() if state is None]
    if missing:
        refuse(f"The following CloudWatch alarms were not found: {', '.join(missing)}")


def check_bake_time(params: Json, before: str) -> None:
    """ "You must provide this parameter when you use the BLUE_GREEN deployment strategy" (botocore)."""
    asked = params.get("deploymentConfiguration") or {}
    if (
        asked.get("strategy") == "BLUE_GREEN"
        and before not in SHIFTING
        and asked.get("bakeTimeInMinutes") is None
    ):
        refuse("bakeTimeInMinutes is required for the deployment strategy BLUE_GREEN.")


def check_switch(before: str, after: str, busy: bool) -> None:
    """ "If the service has a deployment in progress, you can't migrate it" (developer guide, "Updating the deployment
    strategy from Amazon ECS blue/green to rolling update", and the other way round)."""
    if busy and (before in SHIFTING) != (after in SHIFTING):
        refuse(
            f"The deployment strategy cannot be changed from {before} to {after} while a deployment is in progress."
        )


def check_balancers_for(strategy: str, balancers: list[Json], context: Context) -> None:
    """DOC, but for members that are missing."""
    classic = [it for it in balancers if it.get("loadBalancerName")]
    if classic and len(classic) < len(balancers):
        refuse(
            "All loadBalancers must be strictly either ELBv1 (defining loadBalancerName) or ELBv2 (defining "
            "targetGroupArn)"
        )
    advanced = [it for it in balancers if it.get("advancedConfiguration")]
    if any(it.get("loadBalancerName") for it in advanced):
        refuse("advancedConfiguration field is not allowed with ELBv1 loadBalancers")
    if advanced and len(advanced) < len(balancers):
        refuse(
            "Either all or none of the provided loadBalancers must have advancedConfiguration defined"
        )
    if strategy in SHIFTING and len(advanced) < len(balancers):
        refuse(
            "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy"
        )
    for entry in advanced:
        _check_members(entry)
    _check_repeated(balancers)
    _check_both(advanced)
    for entry in advanced:
        _check_association(entry, context)


def _check_members(entry: Json) -> None:
    advanced = entry["advancedConfiguration"]
    for member in ("alternateTargetGroupArn", "productionListenerRule", "roleArn"):
        if not advanced.get(member):
            refuse(f"{member} is required in advancedConfiguration.")
    for member in ("productionListenerRule", "testListenerRule"):
        rule = advanced.get(member)
        if rule and _RULE not in rule and _LISTENER not in rule:
            refuse(
                f"{member} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: {rule}"
            )


def _check_repeated(balancers: list[Json]) -> None:
    groups: list[str] = []
    for entry in balancers:
        groups += [entry["targetGroupArn"]] if "targetGroupArn" in entry else []
        alternate = (entry.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
        groups += [alternate] if alternate else []
    repeated = next((it for it in groups if groups.count(it) > 1), None)
    # Without a second group one may stand in two entries, for two ports of a container.
    if repeated and any("advancedConfiguration" in it for it in balancers):
        refuse(f"Duplicate targetGroupArn found: {repeated}")


def _check_both(advanced: list[Json]) -> None:
    rules = [it["advancedConfiguration"] for it in advanced]
    production = {it["productionListenerRule"] for it in rules}
    both = [it["testListenerRule"] for it in rules if it.get("testListenerRule") in production]
    if both:
        refuse(
            f"The following rules cannot be used as both production and test listener rules: {', '.join(both)}"
        )


def _check_association(entry: Json, context: Context) -> None:
    advanced = entry["advancedConfiguration"]
    rule = advanced["productionListenerRule"]
    if advanced.get("testListenerRule") or _LISTENER in rule:
        return
    if neighbours.rule_kinds(context, rule) is None:
        # What is not there shows later, in the status reason.
        return
    pair = {entry["targetGroupArn"], advanced["alternateTargetGroupArn"]}
    if pair - set(neighbours.rule_weights(context, rule)):
        refuse(
            "For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated "
            "with both targetGroup and alternateTargetGroup"
        )
