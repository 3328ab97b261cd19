"""Capacity that is kept ready for a load balancer.

Sources: botocore's texts of ModifyCapacityReservation and its errors; user guide, "Capacity reservations for your Application
Load Balancer" (at least 100 units) and "Quotas" (0 per region until AWS raises it, which `PUT /_cloud/account` does).
"""

from __future__ import annotations

from localaws.context import AwsError
from localaws.rules import Call, Params, on
from localaws.state import Table

from .lookups import backend, balancer, invalid

_reserved: Table[str, int] = Table()
_quota: Table[str, int] = Table()
LEAST = 100


def quota() -> int:
    return _quota.get("units", 0)


def set_quota(units: int) -> None:
    _quota["units"] = units


@on("elbv2", "ModifyCapacityReservation")
def modify_capacity_reservation(call: Call) -> Params:
    arn = call.params["LoadBalancerArn"]
    balancer(call.context, arn)
    asked = call.params.get("MinimumLoadBalancerCapacity")
    reset = call.params.get("ResetCapacityReservation")
    if (asked is None) == (not reset):
        raise invalid("Either the minimum capacity or the reset of the reservation must be given")
    if reset:
        _reserved.pop(arn, None)
        return _described(arn)
    units = int(asked.get("CapacityUnits", 0))
    if units < LEAST:
        raise invalid(f"The minimum of a capacity reservation is {LEAST} capacity units")
    there = backend(call.context).load_balancers
    others = sum(it for of, it in _reserved.items() if of != arn and of in there)
    if others + units > quota():
        raise AwsError(
            "CapacityUnitsLimitExceeded",
            "You've exceeded the capacity units limit",
        )
    _reserved[arn] = units
    return _described(arn)


@on("elbv2", "DescribeCapacityReservation")
def describe_capacity_reservation(call: Call) -> Params:
    arn = call.params["LoadBalancerArn"]
    balancer(call.context, arn)
    return _described(arn)


def _described(arn: str) -> Params:
    answer: Params = {"DecreaseRequestsRemaining": 2}
    if arn in _reserved:
        answer["MinimumLoadBalancerCapacity"] = {"CapacityUnits": _reserved[arn]}
    return answer
