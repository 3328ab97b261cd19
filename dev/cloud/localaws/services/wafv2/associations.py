"""Associations of web ACLs with load balancers.

Sources: botocore's texts of AssociateWebACL, DisassociateWebACL, GetWebACLForResource and WAFUnavailableEntityException;
terraform-provider-aws, wafv2/web_acl_association.go; aws-more.md 3.2.
"""

from __future__ import annotations

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on, settles
from localaws.services.elbv2 import balancers
from localaws.services.elbv2.lookups import backend as elb
from localaws.state import Table

# ARN of a load balancer -> ARN of its web ACL
_of: Table[str, str] = Table()
# ARN of a web ACL -> when it was created
_created: Table[str, float] = Table()

_MISSING = "AWS WAF couldn’t perform the operation because your resource doesn’t exist."
_NOT_YET = "AWS WAF couldn’t retrieve the resource that you requested. Retry your request."


@settles("wafv2")
def settle(context: Context) -> None:
    """An association goes with its load balancer."""
    for arn in [it for it in _of if it not in elb(context).load_balancers]:
        if f":{context.region}:{context.account}:" in arn:
            del _of[arn]


@on("wafv2", "CreateWebACL")
def create_web_acl(call: Call) -> Params:
    result = call.moto()
    _created[result["Summary"]["ARN"]] = call.context.clock.now()
    return result


@on("wafv2", "DeleteWebACL")
def delete_web_acl(call: Call) -> Params:
    params = call.params
    found = call.moto("GetWebACL", {key: params[key] for key in ("Name", "Scope", "Id")})
    if found["WebACL"]["ARN"] in _of.values():
        raise AwsError(
            "WAFAssociatedItemException",
            "AWS WAF couldn’t perform the operation because your resource is being used by another resource "
            "or it’s associated with another resource.",
        )
    return call.moto()


@on("wafv2", "AssociateWebACL")
def associate_web_acl(call: Call) -> Params:
    """Another one is put in place of the present one, without a word."""
    acl, resource = call.params["WebACLArn"], call.params["ResourceArn"]
    _resource(call, resource)
    _acl(call, acl)
    _of[resource] = acl
    return {}


@on("wafv2", "DisassociateWebACL")
def disassociate_web_acl(call: Call) -> Params:
    _resource(call, call.params["ResourceArn"])
    _of.pop(call.params["ResourceArn"], None)
    return {}


@on("wafv2", "GetWebACLForResource")
def get_web_acl_for_resource(call: Call) -> Params:
    resource = call.params["ResourceArn"]
    _resource(call, resource)
    return {"WebACL": _acl(call, _of[resource])} if resource in _of else {}


def _resource(call: Call, arn: str) -> None:
    if ":loadbalancer/app/" not in arn:
        raise AwsError(
            "WAFInvalidParameterException",
            "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information "
            f"separated by colons or slashes., field: RESOURCE_ARN, parameter: {arn}",
        )
    if arn not in elb(call.context).load_balancers:
        raise AwsError("WAFNonexistentItemException", _MISSING)
    since = balancers.created(arn)
    if since is not None and not call.context.clock.elapsed(since, "waf_knows"):
        raise AwsError("WAFUnavailableEntityException", _NOT_YET)


def _acl(call: Call, arn: str) -> Params:
    # arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>
    parts = arn.rsplit("/", 3)
    if ":regional/webacl" not in arn or f":{call.context.region}:" not in arn or len(parts) != 4:
        raise AwsError(
            "WAFInvalidParameterException",
            f"Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: {arn}",
        )
    try:
        asked = {"Name": parts[2], "Id": parts[3], "Scope": "REGIONAL"}
        found = call.moto("GetWebACL", asked)["WebACL"]
    except AwsError as error:
        if error.code == "WAFNonexistentItemException":
            raise AwsError("WAFNonexistentItemException", _MISSING) from None
        raise
    since = _created.get(arn)
    if since is not None and not call.context.clock.elapsed(since, "waf_knows"):
        raise AwsError("WAFUnavailableEntityException", _NOT_YET)
    return dict(found)
