"""The layers in order: identify, faults, rates, read, check, rules, answer; a ledger sees all."""

from __future__ import annotations

import time
import traceback
import uuid
from dataclasses import asdict, replace
from typing import Any

from . import answers, authorization, models, moto_bridge, rules, services, shapes, tagging
from .account import Account
from .context import AwsError, Context
from .control import Control
from .faults import REFUSALS, Fault, error_of, instead_of_aws, unfiltered
from .http import ConnectionReset, Fork, NeverAnswered, Truncated
from .identify import HttpRequest, Identified, identify
from .ledger import Entry, hint, printable
from .reading import read
from .services.ecr import registry
from .services.ecs import operations


class LocalAws:
    """The application behind the HTTP server."""

    def __init__(self, speed: float = 0.0, verbose: bool = False) -> None:
        self.verbose = verbose
        services.load()
        self.account = Account(speed)
        self.control = Control(self.account)

    def __call__(self, request: HttpRequest) -> answers.HttpAnswer:
        if request.path == "/_cloud/fork":
            raise Fork(self.account.quiet())
        if request.path.startswith("/_cloud/"):
            return self.control.answer(request)
        identified = identify(request)
        if identified.protocol == "registry":
            identified = replace(identified, operation=registry.operation_of(request))
        request_id = str(uuid.uuid4())
        operation = identified.operation or request.path
        entry = self.account.ledger.open(identified, operation, self.account.clock.now())
        entry.request, entry.user_agent = request_id, request.headers.get("user-agent", "")
        began = time.monotonic()
        try:
            answer = self._with_faults(request, identified, entry, request_id)
        except (ConnectionReset, NeverAnswered, Truncated) as silence:
            entry.outcome = type(silence).__name__
            raise
        finally:
            entry.ms = round((time.monotonic() - began) * 1000, 2)
        entry.status = answer.status
        return answer

    def _with_faults(
        self, request: HttpRequest, identified: Identified, entry: Entry, request_id: str
    ) -> answers.HttpAnswer:
        fault = self.account.faults.take(identified.service, identified.operation)
        kind = fault.kind if fault else ""
        if kind == "reset_before":
            raise ConnectionReset
        if kind == "hang":
            raise NeverAnswered
        if fault and kind == "slow":
            self.account.faults.wait(fault)
        if fault and kind in ("html", "empty", "huge"):
            entry.outcome = kind
            return instead_of_aws(fault)
        try:
            self.account.rates.take(identified.service, identified.operation, identified.region)
            answer = self._answer(request, identified, entry, request_id, fault)
            entry.outcome = "ok"
        except AwsError as error:
            entry.outcome = error.code
            if identified.protocol == "registry":
                answer = registry.failure(error)
            else:
                model = self._operation_model(identified)
                answer = answers.failure(
                    identified.service, model, identified.protocol, error, request_id
                )
        if kind == "reset_after":
            raise ConnectionReset
        if kind == "truncated":
            raise Truncated(answer)
        if fault and kind == "late":
            self.account.faults.wait(fault)
        return answer

    def _answer(
        self,
        request: HttpRequest,
        identified: Identified,
        entry: Entry,
        request_id: str,
        fault: Fault | None,
    ) -> answers.HttpAnswer:
        if identified.protocol == "registry":
            if fault and fault.kind in REFUSALS:
                raise error_of(fault, identified.service, identified.operation)
            context = self.account.context(identified.region)
            with self.account.lock:
                return registry.answer(request, context, entry)
        if identified.protocol == "rest":
            if fault and fault.kind in REFUSALS:
                raise error_of(fault, identified.service, identified.operation)
            with self.account.lock:
                return answers.HttpAnswer(*moto_bridge.forward(request))
        model = self._operation_model(identified)
        if model is None:
            raise AwsError(
                "InvalidAction"
                if identified.protocol in ("query", "ec2")
                else "UnknownOperationException",
                f"The action {identified.operation} is not valid for {identified.service}.",
            )
        params = read(request, identified, model)
        entry.params = printable(params, model.input_shape)
        entry.resource = hint(identified.service, params)
        if fault and fault.kind in REFUSALS:
            raise error_of(fault, identified.service, identified.operation)
        with self.account.lock:
            authorization.authenticate(request, identified.service, identified.access_key)
        shapes.check(identified.service, model, params)
        tagging.check(identified.service, params)
        context = self.account.context(identified.region, identified.access_key)
        self.account.spoken_to(identified.region)
        with self.account.lock:
            asked = self._authorize(identified.service, identified.operation, params, context)
            entry.asked = [asdict(verdict) for verdict in asked]
            if fault and fault.kind == "unfiltered":
                params = unfiltered(identified.service, identified.operation, params)
            result = self._perform(identified.service, identified.operation, params, context)
            if identified.service in ("ec2", "ecs", "elbv2"):
                operations.look(identified.operation, context)
            # still under the lock: a result may hold parts of the living state
            if self.account.ledger.keeps_answers:
                entry.answer = printable(result, model.output_shape)
            return answers.success(model, identified.protocol, result, request_id)

    def _authorize(
        self, service: str, operation: str, params: dict[str, Any], context: Context
    ) -> list[authorization.Verdict]:
        try:
            return authorization.authorize(service, operation, params, context)
        except NotImplementedError as error:
            raise AwsError(
                "NotImplemented", f"IAM is not modelled for this: {error}", 501
            ) from None

    def _perform(
        self, service: str, operation: str, params: dict[str, Any], context: Context
    ) -> dict[str, Any]:
        try:
            return rules.perform(rules.Call(service, operation, params, context))
        except AwsError:
            raise
        except NotImplementedError as error:
            raise AwsError(
                "NotImplemented", f"{service} {operation} is not modelled: {error}", 501
            ) from None
        except Exception as error:
            # a fault of this program: say so plainly, never look like an AWS refusal
            if self.verbose:
                traceback.print_exc()
            trace = traceback.format_exc(limit=-3)
            raise AwsError(
                "LocalAwsBug", f"{service} {operation}: {error!r}\n{trace}", 500
            ) from error

    def _operation_model(self, identified: Identified) -> Any:
        if identified.service not in services.known():
            return None
        return models.operation_model(identified.service, identified.operation)
