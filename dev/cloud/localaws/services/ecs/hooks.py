"""Lifecycle hooks: functions that ECS asks, and pauses that wait for somebody.

Sources: ECS developer guide, "Lifecycle hooks", "Lambda hooks" and "Pause hooks for Amazon ECS service deployments", and
"Troubleshooting Amazon ECS blue/green deployments" for the words. There is no Lambda here: what a function answers is
said through the control interface, and a function of which nothing was said does not exist.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import partial

from localaws.context import Context

from . import neighbours
from .assumed import denied
from .causes import Cause, hooks_failed, pause_timed_out
from .model import Hook, Json, Service, ServiceDeployment
from .store import state_of
from .times import seconds

# botocore: DeploymentLifecycleHookTimeoutConfiguration.
MINUTES, ACTION = 1440, "ROLLBACK"


@dataclass
class Functions:
    """Kept apart from the accounts' state, like the behaviour of images."""

    answers: dict[str, list[Json | None]] = field(default_factory=dict)
    calls: list[Json] = field(default_factory=list)

    def forget(self) -> None:
        self.answers.clear()
        self.calls.clear()


functions = Functions()


def begin(
    service: Service, deployment: ServiceDeployment, stage: str, when: float, context: Context
) -> None:
    """All hooks of a stage run in parallel. A rollback runs no pauses."""
    deployment.hooks = [
        _new(definition, stage, when)
        for definition in deployment.configuration.get("lifecycleHooks") or []
        if stage in definition["lifecycleStages"]
    ]
    for hook in deployment.hooks:
        # Real seconds on purpose, also with fast time: a pause is for a person, and `expiresAt` is a promise.
        late = partial(_time_out, service, hook)
        state_of(context).at(hook.expires_at, service, late)
        if hook.status == "IN_PROGRESS":
            _ask(service, deployment, hook, context, when)


def _new(definition: Json, stage: str, when: float) -> Hook:
    pause = definition.get("targetType") == "PAUSE"
    minutes = (definition.get("timeoutConfiguration") or {}).get("timeoutInMinutes", MINUTES)
    return Hook(
        id=f"ecs-{'pause' if pause else 'lambda'}-{secrets.token_urlsafe(32)}",
        stage=stage,
        definition=definition,
        begun_at=when,
        expires_at=when + 60 * minutes,
        status="AWAITING_ACTION" if pause else "IN_PROGRESS",
    )


def _time_out(service: Service, hook: Hook, context: Context, when: float) -> None:
    if hook.status in ("AWAITING_ACTION", "IN_PROGRESS") and hook in service.current.hooks:
        hook.status = "TIMED_OUT"
        service.reconcile(context, when)


def _ask(
    service: Service, deployment: ServiceDeployment, hook: Hook, context: Context, when: float
) -> None:
    if hook.status != "IN_PROGRESS" or hook not in deployment.hooks or not deployment.under_way:
        return
    answer = _answer(service, deployment, hook, context)
    status = answer.get("hookStatus")
    if status == "IN_PROGRESS":
        # "callBackDelaySeconds" asks for a call after that time (developer guide, "Lambda hooks").
        delay = float(answer.get("callBackDelaySeconds", 0)) * context.clock.speed
        delay = delay or seconds(context, "hook_look")
        again = partial(_ask, service, deployment, hook)
        state_of(context).again(when, delay, service, again)
        return
    hook.status = status or "FAILED"
    if hook.status == "FAILED":
        target = hook.definition["hookTargetArn"]
        hook.reason = answer.get(
            "reason", f"Lifecycle hook target {target} returned FAILED status."
        )
    service.reconcile(context, when)


def _answer(service: Service, deployment: ServiceDeployment, hook: Hook, context: Context) -> Json:
    """What the function answers, or `{"reason": …}` if ECS has no answer of it."""
    target, role = str(hook.definition["hookTargetArn"]), str(hook.definition["roleArn"])
    if not neighbours.role_trusts_ecs(context, role):
        return {"reason": f"ECS was unable to assume role {role}"}
    refused = denied(role, "ECS-Lambda-Execution", "lambda:InvokeFunction", target)
    known = functions.answers.get(target)
    if not refused and not known:
        # Lambda's words for a function that is not there (ResourceNotFoundException).
        refused = f"Function not found: {target}"
    if refused:
        return {"reason": f"ECS was unable to invoke hook target {target} due to {refused}"}
    assert known
    answer = known.pop(0) if len(known) > 1 else known[0]
    functions.calls.append(
        {
            "target": target,
            "lifecycleStage": hook.stage,
            "service": service.arn,
            "serviceDeployment": deployment.arn,
            "status": deployment.status,
        }
    )
    if not answer or answer.get("hookStatus") not in ("SUCCEEDED", "FAILED", "IN_PROGRESS"):
        return {
            "reason": f"ECS was unable to parse the response from {target} due to HookStatus must "
            "not be null"
        }
    return {it: answer[it] for it in ("hookStatus", "callBackDelaySeconds") if it in answer}


def settled(deployment: ServiceDeployment) -> bool:
    """ "Proceeds only when all hooks at that stage have completed successfully or been continued"; one whose time is
    over may say that the deployment goes on."""
    return all(it.status == "SUCCEEDED" or _goes_on(it) for it in deployment.hooks)


def _goes_on(hook: Hook) -> bool:
    return hook.status == "TIMED_OUT" and timeout_action(hook) == "CONTINUE"


def timeout_action(hook: Hook) -> str:
    return str((hook.definition.get("timeoutConfiguration") or {}).get("action", ACTION))


def failure(deployment: ServiceDeployment) -> Cause | None:
    """ "If any hook triggers a rollback, the entire deployment rolls back"."""
    for hook in deployment.hooks:
        pause = hook.definition.get("targetType") == "PAUSE"
        if hook.status == "TIMED_OUT" and not _goes_on(hook):
            # Of a function that took too long the words are ours.
            late = f"Lifecycle hook target {hook.definition.get('hookTargetArn')} timed out."
            return pause_timed_out(hook.stage) if pause else hooks_failed(hook.stage, late)
        if hook.status == "FAILED":
            return hooks_failed(hook.stage, hook.reason or "")
    return None


def view(deployment: ServiceDeployment) -> list[Json]:
    return [_view(it) for it in deployment.hooks]


def _view(hook: Hook) -> Json:
    told: Json = {
        "hookId": hook.id,
        "targetType": hook.definition.get("targetType", "AWS_LAMBDA"),
        "status": hook.status,
        "expiresAt": hook.expires_at,
        "timeoutAction": timeout_action(hook),
    }
    if "hookTargetArn" in hook.definition:
        told["targetArn"] = hook.definition["hookTargetArn"]
    return told
