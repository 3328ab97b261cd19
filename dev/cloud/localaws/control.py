"""`/_cloud/…`: what tests and people use to look into and steer the local AWS."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from . import contents, objects, rules
from .account import Account
from .answers import HttpAnswer
from .authorization import signatures
from .context import DEFAULT_REGION, AwsError
from .identify import HttpRequest
from .services.ecr import images, registry
from .services.ecs import operations
from .services.elbv2 import balancers, capacity
from .services.iam import linked_roles
from .services.route53 import dns

Route = Callable[[dict[str, Any]], dict[str, Any]]


class Control:
    def __init__(self, account: Account) -> None:
        self.account = account
        self.routes: dict[tuple[str, str], Route] = {
            **operations.control_routes,
            ("GET", "/health"): lambda _: {"ok": True},
            ("GET", "/ledger"): lambda _: {"calls": account.ledger.calls()},
            ("PUT", "/ledger"): self._set_ledger,
            ("DELETE", "/ledger"): lambda _: _done(account.ledger.clear),
            ("GET", "/ledger/counts"): lambda _: account.ledger.counts(),
            ("GET", "/faults"): lambda _: {"faults": account.faults.describe()},
            ("POST", "/faults"): self._add_fault,
            ("DELETE", "/faults"): lambda _: _done(account.faults.clear),
            ("GET", "/rates"): lambda _: account.rates.describe(),
            ("PUT", "/rates"): self._set_rates,
            ("DELETE", "/rates"): lambda _: _done(account.rates.clear),
            ("GET", "/clock"): lambda _: self._clock(),
            ("POST", "/clock"): self._set_clock,
            ("GET", "/objects"): self._objects,
            ("GET", "/contents"): lambda _: {"contents": contents.told(account)},
            ("POST", "/reset"): lambda _: _done(account.reset),
            ("POST", "/images/push"): self._push_image,
            ("PUT", "/registry"): lambda body: _done(lambda: registry.stand_before(body["url"])),
            ("GET", "/dns"): dns.get,
            ("PUT", "/dns"): dns.put,
            ("GET", "/account"): lambda _: self._account(),
            ("PUT", "/account"): self._set_account,
        }

    def answer(self, request: HttpRequest) -> HttpAnswer:
        path = request.path.removeprefix("/_cloud")
        try:
            body = json.loads(request.body) if request.body.strip() else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            route = self.routes.get((request.method, path))
            if route is None:
                return _json(404, {"error": f"no such route: {request.method} {request.path}"})
            with self.account.lock:
                return _json(200, route(body))
        except AwsError as error:
            return _json(400, {"error": error.message, "code": error.code})
        except (ValueError, TypeError, KeyError) as error:
            return _json(400, {"error": f"{type(error).__name__}: {error}"})
        except Exception:
            return _json(500, {"error": traceback.format_exc(limit=-5)})

    def _add_fault(self, body: dict[str, Any]) -> dict[str, Any]:
        return asdict(self.account.faults.add(body))

    def _set_ledger(self, body: dict[str, Any]) -> dict[str, Any]:
        self.account.ledger.keeps_answers = bool(body["answers"])
        return {"answers": self.account.ledger.keeps_answers}

    def _set_rates(self, body: dict[str, Any]) -> dict[str, Any]:
        unknown = set(body) - {"rates", "latency"}
        if unknown:
            raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
        self.account.rates.set(body.get("rates"), float(body.get("latency", 0)))
        return self.account.rates.describe()

    def _clock(self) -> dict[str, Any]:
        clock = self.account.clock
        return {"now": clock.now(), "speed": clock.speed, "advanced": clock.advanced}

    def _set_clock(self, body: dict[str, Any]) -> dict[str, Any]:
        if "speed" in body:
            self.account.clock.set_speed(float(body["speed"]))
        if "advance" in body:
            self.account.clock.advance(float(body["advance"]))
        return self._clock()

    def _objects(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"objects": objects.living(self.account, body.get("region"))}

    def _push_image(self, body: dict[str, Any]) -> dict[str, Any]:
        context = self.account.context(body.get("region", DEFAULT_REGION))
        rules.settle("ecr", context)
        return {
            "digest": images.push_image(
                context,
                body["repository"],
                body["tag"],
                str(body.get("content", "")),
                list(body.get("platforms", [])),
            )
        }

    def _account(self) -> dict[str, Any]:
        roles = linked_roles.service_linked_roles()
        return {
            "service_linked_roles": roles,
            "load_balancers": balancers.quota(),
            "capacity_units": capacity.quota(),
            "sessions": "over" if signatures.is_expired() else "open",
        }

    def _set_account(self, body: dict[str, Any]) -> dict[str, Any]:
        if "service_linked_roles" in body:
            linked_roles.set_service_linked_roles(
                self.account.context(DEFAULT_REGION), body["service_linked_roles"]
            )
        if "load_balancers" in body:
            balancers.set_quota(int(body["load_balancers"]))
        if "capacity_units" in body:
            capacity.set_quota(int(body["capacity_units"]))
        if "sessions" in body:
            signatures.set_expired(body["sessions"] == "over")
        return self._account()


def _done(action: Callable[[], None]) -> dict[str, Any]:
    action()
    return {"ok": True}


def _json(status: int, value: Any) -> HttpAnswer:
    return HttpAnswer(
        status, {"content-type": "application/json"}, json.dumps(value, default=str).encode()
    )
