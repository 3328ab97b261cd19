"""A deployment that shifts traffic, from stage to stage.

Sources: ECS developer guide, "blue/green service deployments workflow" (the stages, the tasks and the traffic in each,
24 hours for a stage) and "Lifecycle hooks" (which stages a rollback has too). Both revisions run with all their tasks
until CLEAN_UP, whatever the percentages of the deployment say.
"""

from __future__ import annotations

from functools import partial

from localaws.context import Context

from . import causes, events, hooks, launching, rollouts, stopping, strategies, traffic
from .model import Rollout, Service, ServiceDeployment, Task
from .store import state_of
from .times import seconds

# Of a stage with a pause the time of the pause counts instead: "for pause hooks, you can configure the timeout up to …
# 14 days".
STAGE_LIMIT = 24 * 3600.0
MOVING = ("IN_PROGRESS", "ROLLBACK_IN_PROGRESS")


def leads(service: Service) -> bool:
    """Whether the scheduler leaves the service to this: from the begin of such a deployment to its success, and for ever
    if it did not come to one."""
    deployment = service.current
    ended_well = deployment.status in ("SUCCESSFUL", "ROLLBACK_SUCCESSFUL")
    return strategies.shifts(deployment) and not ended_well


def advance(service: Service, context: Context, when: float) -> None:
    """As far as it gets now."""
    deployment = service.current
    while service.current is deployment and _moved(service, deployment, context, when):
        pass


def _moved(service: Service, deployment: ServiceDeployment, context: Context, when: float) -> bool:
    """Whether there is something to do at once."""
    before = deployment.path, deployment.place
    _keep_tasks(service, deployment, context, when)
    if (deployment.path, deployment.place) != before:
        return True
    if deployment.status not in MOVING:
        return False
    wrong = hooks.failure(deployment)
    if wrong is None and _is_reconciled(deployment):
        wrong = traffic.problem(deployment, context)
    if wrong is not None:
        _fail(service, deployment, wrong, context, when)
        return True
    if not _is_done(service, deployment, when):
        return False
    if deployment.place == len(deployment.path) - 1:
        rollouts.complete(service, when)
        return False
    _enter_next(service, deployment, context, when)
    return True


def _is_reconciled(deployment: ServiceDeployment) -> bool:
    """Whether the deployment proper comes next: before that, the traffic may be where another deployment left it."""
    reconciling = deployment.stage == strategies.RECONCILE
    begins = deployment.place < 0 and deployment.path[0] != strategies.RECONCILE
    return deployment.status == "IN_PROGRESS" and (reconciling or begins)


def _fail(
    service: Service,
    deployment: ServiceDeployment,
    cause: causes.Cause,
    context: Context,
    when: float,
) -> None:
    deployment.hooks = []
    if deployment.status == "ROLLBACK_IN_PROGRESS":
        # What comes of a rollback that fails, beside its status, is not public.
        reason = cause.rolled_back
        rollouts.fail_rollback(deployment, service.primary, cause.rollout, reason, when)
        return
    rollouts.fail(service, deployment, cause, True, when, context)


def _enter_next(
    service: Service, deployment: ServiceDeployment, context: Context, when: float
) -> None:
    deployment.place += 1
    stage = str(deployment.stage)
    deployment.stage_until = deployment.updated_at = when
    refused = _shift(deployment, stage, context)
    if refused:
        _fail(service, deployment, causes.hooks_failed(stage, refused), context, when)
        return
    deployment.stage_until += _seconds(deployment, stage, context)
    state = state_of(context)
    hooks.begin(service, deployment, stage, when, context)
    if deployment.stage_until > when:
        state.at(deployment.stage_until, service, service.reconcile)
    if deployment.status == "IN_PROGRESS" and not any(
        it.definition.get("targetType") == "PAUSE" for it in deployment.hooks
    ):
        late = partial(_too_late, service, deployment, deployment.place)
        state.at(when + STAGE_LIMIT, service, late)


def _too_late(
    service: Service, deployment: ServiceDeployment, place: int, context: Context, when: float
) -> None:
    if deployment.status == "IN_PROGRESS" and deployment.place == place:
        stage = str(deployment.stage)
        _fail(service, deployment, causes.stage_timed_out(stage), context, when)
        service.reconcile(context, when)


def _shift(deployment: ServiceDeployment, stage: str, context: Context) -> str | None:
    """Moves the traffic that this stage moves: None, or why IAM did not let ECS."""
    back = deployment.status == "ROLLBACK_IN_PROGRESS"
    if stage == strategies.RECONCILE:
        # "ECS attempts to consolidate the traffic to a single revision".
        return traffic.shift_production(deployment, 0, context) or traffic.shift_test(
            deployment, 0, context
        )
    if stage == strategies.TEST:
        return traffic.shift_test(deployment, 0 if back else 100, context)
    if stage == strategies.PRODUCTION:
        if back:
            return traffic.shift_production(deployment, 0, context)
        percent, _ = strategies.steps(deployment.configuration)[deployment.shifts]
        deployment.shifts += 1
        return traffic.shift_production(deployment, percent, context)
    return None


def _seconds(deployment: ServiceDeployment, stage: str, context: Context) -> float:
    """The bake time after a step belongs to its stage: BAKE_TIME is "after the production traffic has shifted"."""
    minute = 60 * context.clock.speed
    if stage == strategies.BAKE:
        return float(deployment.configuration.get("bakeTimeInMinutes") or 0) * minute
    if stage not in (strategies.TEST, strategies.PRODUCTION):
        return 0.0
    shift = seconds(context, "traffic_shift")
    if stage == strategies.TEST or deployment.status == "ROLLBACK_IN_PROGRESS":
        return shift
    _, minutes = strategies.steps(deployment.configuration)[deployment.shifts - 1]
    return shift + minutes * minute


def _is_done(service: Service, deployment: ServiceDeployment, when: float) -> bool:
    stage = deployment.stage
    if stage is None:
        return True
    if when < deployment.stage_until or not hooks.settled(deployment):
        return False
    living = [t for t in service.tasks if t.last_status != "STOPPED"]
    if stage == strategies.SCALE_UP:
        return _is_up(service)
    if stage == strategies.CLEAN_UP:
        ours = service.primary.revision
        return _is_up(service) and all(t.revision is ours for t in living)
    if stage == strategies.RECONCILE:
        return all(t.revision is deployment.blue for t in living)
    return True


def _is_up(service: Service) -> bool:
    fresh = service.living(service.primary)
    return len(fresh) == service.desired and all(t.healthy for t in fresh)


def _keep_tasks(
    service: Service, deployment: ServiceDeployment, context: Context, when: float
) -> None:
    for rollout in list(service.rollouts):
        living = service.living(rollout)
        wanted = _wanted(service, deployment, rollout, len(living))
        if len(living) > wanted:
            _stop(service, living[wanted:], context, when)
        elif len(living) < wanted:
            launching.launch(service, rollout, wanted - len(living), context, when)


def _wanted(service: Service, deployment: ServiceDeployment, rollout: Rollout, living: int) -> int:
    leaves = deployment.stage == strategies.CLEAN_UP
    back = deployment.status == "ROLLBACK_IN_PROGRESS"
    if rollout is service.primary:
        scaled = back or strategies.SCALE_UP in deployment.path[: deployment.place + 1]
        return service.desired if scaled and rollout.state != "FAILED" else living
    if deployment.status not in MOVING:
        return service.desired if rollout.revision is deployment.blue else living
    if leaves:
        return 0
    if rollout.revision is deployment.blue:
        return service.desired
    return living if back or deployment.place < 0 else 0


def _stop(service: Service, tasks: list[Task], context: Context, when: float) -> None:
    running = [t for t in tasks if t.last_status == "RUNNING"]
    if running:
        events.stopped_running(service, when, running)
    if len(running) < len(tasks):
        events.stopped_pending(service, when, len(tasks) - len(running))
    reason = f"Scaling activity initiated by (deployment {service.primary.id})"
    for task in tasks:
        stopping.stop(task, when, "ServiceSchedulerInitiated", reason, context, drain=True)
