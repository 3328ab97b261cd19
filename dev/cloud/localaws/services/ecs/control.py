"""The control routes of ECS: what images do, what runs now, and killing a task."""

from __future__ import annotations

from collections.abc import Callable

from localaws.context import AwsError

from .behaviours import behaviours
from .hooks import functions
from .model import Json, Service, Task
from .services import new_ones_are_unseen_for
from .store import all_states


def put_behaviour(body: Json) -> Json:
    behaviours.put(body["image"], body["behaviour"])
    return {"behaviours": len(behaviours.known)}


def delete_behaviour(body: Json) -> Json:
    """One image's, or all of them."""
    behaviours.drop(body.get("image"))
    return {"behaviours": len(behaviours.known)}


def put_function(body: Json) -> Json:
    """`{"arn": …, "answers": […]}`: a function for lifecycle hooks, and what it answers, call by call; the last answer
    goes on. `null` is one that answers nothing. Without answers there is no such function any more."""
    answers = body.get("answers") or []
    wrong = [it for it in answers if it is not None and not isinstance(it, dict)]
    if wrong:
        raise AwsError("ValidationError", f"an answer is an object or null, not {wrong[0]!r}")
    functions.answers[body["arn"]] = list(answers)
    return {"functions": sorted(it for it, known in functions.answers.items() if known)}


def list_function_calls(body: Json) -> Json:
    """Who was called at which stage, oldest first."""
    return {"calls": list(functions.calls)}


def put_unseen(body: Json) -> Json:
    """`{"looks": n}`: for how many looks ECS does not know a service that was just made."""
    new_ones_are_unseen_for(int(body["looks"]))
    return {"looks": int(body["looks"])}


def list_services(body: Json) -> Json:
    return {"services": [_service(s) for state in all_states() for s in state.services]}


def _service(service: Service) -> Json:
    return {
        "cluster": service.cluster.name,
        "name": service.name,
        "arn": service.arn,
        "status": service.status,
        "desired": service.desired,
        "deployment": service.current.status,
        "reason": service.current.reason,
        "tasks": [_task(t) for t in service.tasks if t.last_status != "STOPPED"],
        "events": [e["message"] for e in service.events],
    }


def _task(task: Task) -> Json:
    return {
        "id": task.id,
        "images": {c["name"]: c["image"] for c in task.definition.containers},
        "taskDefinition": task.definition.arn,
        "revision": task.revision.arn,
        "status": task.last_status,
        "healthy": task.healthy,
        "targets": dict(task.targets),
        "ip": task.ip,
        "provider": task.provider,
    }


# A kill needs a context for the clock; dispatch keeps the last one of each account and region.
Killer = Callable[[Task, Json], None]


def stop_tasks(body: Json, kill: Killer) -> Json:
    """By `task` (id or ARN), or every running one of `service`; `code` may be SpotInterruption."""
    wanted, name = body.get("task", "").rpartition("/")[2], body.get("service")
    if not wanted and not name:
        raise AwsError("ValidationError", "task or service is needed")
    killed = []
    for state in all_states():
        for service in state.services:
            for task in service.living():
                if task.id == wanted or service.name == name:
                    kill(task, body)
                    killed.append(task.id)
    return {"stopped": killed}
