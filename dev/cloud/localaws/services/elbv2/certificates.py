"""TLS: certificates, extra certificates and security policies."""

from __future__ import annotations

from moto.elbv2.ssl_policies import SSL_POLICIES
from moto.iam.models import iam_backends

from localaws.context import AwsError, Context
from localaws.rules import Call, Params, on
from localaws.services.acm import issuing

from .lookups import invalid, listener

# ELB's predefined policies (user guide: describe-ssl-policies); moto's list is shorter.
_FAMILIES = {
    "PQ-2025-09": ("TLS13-1-2-Res", "TLS13-1-2", "TLS13-1-2-Ext1", "TLS13-1-2-Ext2", "TLS13-1-3",
                   "TLS13-1-0", "TLS13-1-2-Res-FIPS", "TLS13-1-2-FIPS", "TLS13-1-2-Ext0-FIPS",
                   "TLS13-1-2-Ext1-FIPS", "TLS13-1-2-Ext2-FIPS", "TLS13-1-3-FIPS"),
    "2021-06": ("TLS13-1-3", "TLS13-1-2", "TLS13-1-2-Res", "TLS13-1-2-Ext1", "TLS13-1-2-Ext2",
                "TLS13-1-1", "TLS13-1-0"),
    "FIPS-2023-04": ("TLS13-1-3", "TLS13-1-2", "TLS13-1-2-Res", "TLS13-1-2-Ext0", "TLS13-1-2-Ext1",
                     "TLS13-1-2-Ext2", "TLS13-1-1", "TLS13-1-0"),
}  # fmt: skip
POLICIES = set(SSL_POLICIES) | {
    f"ELBSecurityPolicy-{version}-{family}"
    for family, versions in _FAMILIES.items()
    for version in versions
}
POLICIES |= {
    f"ELBSecurityPolicy-{name}"
    for name in ("2016-08", "TLS-1-0-2015-04", "TLS-1-1-2017-01", "TLS-1-2-2017-01",
                 "TLS-1-2-Ext-2018-06", "FS-2018-06", "FS-1-1-2019-08", "FS-1-2-2019-08",
                 "FS-1-2-Res-2019-08", "FS-1-2-Res-2020-10")
}  # fmt: skip
EXTRA_CERTIFICATES = 25


def check_tls(
    context: Context, protocol: str, certificates: list[Params], policy: str | None
) -> None:
    """HTTPS needs exactly one certificate that is there; HTTP has neither that nor a policy."""
    if protocol != "HTTPS":
        if certificates:
            raise invalid("Certificates can only be specified for HTTPS listeners")
        if policy:
            raise invalid("An SSL policy can only be specified for HTTPS listeners")
        return
    if not certificates:
        raise invalid("A certificate must be specified for HTTPS listeners")
    if len(certificates) > 1:
        raise invalid("You must specify exactly one certificate")
    if policy and policy not in POLICIES:
        raise AwsError("SSLPolicyNotFound", f"SSL policy '{policy}' not found")
    check_certificate(context, certificates[0].get("CertificateArn", ""))


def check_certificate(context: Context, arn: str) -> None:
    issuing.settle(context)
    found = issuing.certificates(context).get(arn)
    if found is None:
        if iam_backends[context.account]["aws"].get_certificate_by_arn(arn) is None:
            raise AwsError("CertificateNotFound", f"Certificate '{arn}' not found")
        return
    if found.status != "ISSUED":
        raise AwsError(
            "UnsupportedCertificate",
            f"The certificate '{arn}' must have a fully-qualified domain name, a supported "
            "signature, and a supported RSA key size.",
        )


@on("elbv2", "DescribeSSLPolicies")
def describe_ssl_policies(call: Call) -> Params:
    names = call.params.get("Names", [])
    for name in names:
        if name not in POLICIES:
            raise AwsError("SSLPolicyNotFound", f"SSL policy '{name}' not found")
    known = {policy["Name"]: policy for policy in call.moto(params={})["SslPolicies"]}
    wanted = names or sorted(POLICIES)
    return {"SslPolicies": [known.get(name, _plain_policy(name)) for name in wanted]}


def _plain_policy(name: str) -> Params:
    """A policy that moto does not describe: by name only, its ciphers are not modelled."""
    return {"Name": name, "SupportedLoadBalancerTypes": ["application", "network"]}


@on("elbv2", "AddListenerCertificates")
def add_listener_certificates(call: Call) -> Params:
    """One certificate per call; one that is there already is no error (botocore)."""
    found = listener(call.context, call.params["ListenerArn"])
    given = call.params["Certificates"]
    if len(given) != 1:
        raise invalid(
            f"Up to '1' certificate ARNs can be specified, but '{len(given)}' were specified"
        )
    if found.protocol != "HTTPS":
        raise invalid("Certificates can only be specified for HTTPS listeners")
    arn = given[0].get("CertificateArn", "")
    check_certificate(call.context, arn)
    if arn not in found.certificates[1:]:
        if len(found.certificates) > EXTRA_CERTIFICATES:
            raise AwsError(
                "TooManyCertificates",
                "You've reached the limit on the number of certificates per load balancer",
            )
        found.certificates.append(arn)
    return {"Certificates": [{"CertificateArn": arn, "IsDefault": False}]}


@on("elbv2", "RemoveListenerCertificates")
def remove_listener_certificates(call: Call) -> Params:
    found = listener(call.context, call.params["ListenerArn"])
    for item in call.params["Certificates"]:
        arn = item.get("CertificateArn", "")
        if arn in found.certificates[1:]:
            found.certificates = [found.certificates[0]] + [
                extra for extra in found.certificates[1:] if extra != arn
            ]
        elif arn == found.certificate:
            raise AwsError("OperationNotPermitted", "Default certificate cannot be removed")
        else:
            raise AwsError("CertificateNotFound", f"Certificate '{arn}' not found")
    return {}


@on("elbv2", "DescribeListenerCertificates")
def describe_listener_certificates(call: Call) -> Params:
    """The default comes twice, once as such and once as one of the list (aws.md 7.5)."""
    found = listener(call.context, call.params["ListenerArn"])
    if not found.certificates:
        return {"Certificates": []}
    default, extra = found.certificates[0], found.certificates[1:]
    return {
        "Certificates": [
            {"CertificateArn": default, "IsDefault": True},
            *(
                {"CertificateArn": arn, "IsDefault": False}
                for arn in dict.fromkeys([default, *extra])
            ),
        ]
    }


@on("acm", "DeleteCertificate")
def delete_certificate(call: Call) -> Params:
    """Refused while a listener uses it, and for a while after."""
    arn = call.params["CertificateArn"]
    if issuing.is_used(call.context, arn):
        raise AwsError(
            "ResourceInUseException",
            f"Certificate {arn} in account {call.context.account} is in use.",
        )
    return call.moto()
