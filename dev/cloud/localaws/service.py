"""What there is to know of an AWS service beside botocore's model of it: one record for each service.

botocore's model says what a service is called in requests, in signatures and in hosts, which protocol it speaks, and what
its operations, shapes and errors are. The rest is here: how many calls it takes, and in which words it refuses. The
records themselves are in `services`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from .context import AwsError


class Refusal(NamedTuple):
    code: str
    message: str
    status: int = 400

    def error(self, message: str = "") -> AwsError:
        return AwsError(self.code, message or self.message, self.status)


@dataclass(frozen=True)
class Words:
    """How a service refuses what has nothing to do with what it does."""

    throttled: Refusal
    # IAM's sentence follows the message.
    denied: Refusal
    # The access key is not there, or switched off.
    unknown_key: Refusal
    wrong_signature: Refusal
    expired_session: Refusal


_INVALID = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
_DOES_NOT_MATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)

# The services that speak JSON, and those that speak XML (query, REST-XML; EC2 has words of its own). Sources: botocore's
# error shapes and retry codes, the API references' common errors, aws.md 17.3.
JSON = Words(
    throttled=Refusal("ThrottlingException", "Rate exceeded"),
    denied=Refusal("AccessDeniedException", ""),
    unknown_key=Refusal("UnrecognizedClientException", _INVALID),
    wrong_signature=Refusal("InvalidSignatureException", _DOES_NOT_MATCH),
    expired_session=Refusal("ExpiredTokenException", _EXPIRED),
)
XML = Words(
    throttled=Refusal("Throttling", "Rate exceeded"),
    denied=Refusal("AccessDenied", "", 403),
    unknown_key=Refusal("InvalidClientTokenId", _INVALID, 403),
    wrong_signature=Refusal("SignatureDoesNotMatch", _DOES_NOT_MATCH, 403),
    expired_session=Refusal("ExpiredToken", _EXPIRED, 403),
)


@dataclass(frozen=True)
class Rate:
    """A token bucket. `operations` are patterns. With `each` every operation has a bucket of its own, else they share
    one."""

    operations: tuple[str, ...]
    burst: float
    rate: float
    each: bool = False
    # Whose operations: said where the rates of several services come together.
    service: str = ""

    def __post_init__(self) -> None:
        if self.burst < 1 or self.rate <= 0:
            raise ValueError("a bucket holds one token at the least (burst) and is refilled (rate)")

    def counts(self, service: str, operation: str) -> bool:
        return service == self.service and any(fnmatchcase(operation, it) for it in self.operations)


# Operations that change nothing.
LOOKS = ("Describe*", "List*", "Get*")


@dataclass(frozen=True)
class Tags:
    """The codes with which a service refuses tags (botocore's error shapes)."""

    bad_key: str
    too_many: str
    twice: str = ""
    # Whether `Team` and `team` are one key.
    any_case: bool = False


@dataclass(frozen=True)
class Violation:
    """A place of a request that does not fit the input shape."""

    kind: str  # missing | unknown | type | constraint
    path: str
    value: Any
    constraint: str = ""


@dataclass(frozen=True)
class Service:
    # As botocore calls it.
    name: str
    words: Words
    # The code for parameters that do not fit their shape, for the services that say it in the sentence of AWS's common
    # validation; a function for those that have one of their own.
    invalid: str | Callable[[Violation], AwsError]
    # The first that fits counts; none: takes all calls.
    rates: tuple[Rate, ...] = ()
    # None: tags are not looked at.
    tags: Tags | None = None
    # The parameters that narrow a describing call. What it cannot do without is not here.
    narrowed_by: tuple[str, ...] = ()
    # The parameters that name what a call is about, best first, for the ledger.
    about: tuple[str, ...] = ()
    # The protocol in which moto is asked, where it does not know the service's first one.
    moto_reads: str = ""
    # REST-XML: an operation -> the name of the document that it answers with, where it is not the operation's.
    roots: Mapping[str, str] = field(default_factory=dict)
    # The header that holds a request's id, where it is another than that of most services.
    id_header: str = ""
