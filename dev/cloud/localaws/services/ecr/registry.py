"""ECR: the registry itself, as builders speak to it, in front of a real one that keeps the layers.

`PUT /_cloud/registry {"url"}` says where that is (github.com/distribution/distribution; `dev/builder` builds it). A builder
comes here by a proxy: requests for a registry's host are answered, whatever address they were sent to. What ECR itself
decides is decided here: who may push (by the token of GetAuthorizationToken, which stands for its caller), which
repositories there are, and whether a tag may move. A manifest is in both: its digest and tags are those of ECR's API.

Sources: "Registry authentication" and "IAM permissions for pushing an image" (ECR user guide); the OCI distribution
specification; the messages are those of transcripts (aws/containers-roadmap, docker/for-aws).
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import secrets
import urllib.parse
from dataclasses import asdict, dataclass
from typing import Any

from localaws import authorization, rules
from localaws.answers import HttpAnswer
from localaws.context import AwsError, Context
from localaws.identify import ECR_HOST, PUBLIC_ECR, HttpRequest
from localaws.ledger import Entry
from localaws.rules import Call, Params, on
from localaws.state import Table

from .repositories import backend

# Layers lie under a name of their own for each fresh account, so that nothing of another test is there.
_home: Table[str, str] = Table()
_tokens: Table[str, Token] = Table()
# Where the real registry is. It outlives a reset.
_behind: list[str] = []
_LIFETIME = 12 * 3600
_ROUTE = re.compile(
    r"/v2/(?P<repository>.+)/(?P<kind>blobs/uploads|blobs|manifests)/(?P<rest>[^/]*)\Z"
)
_UPLOADS = {"POST": "InitiateLayerUpload", "PATCH": "UploadLayerPart", "PUT": "CompleteLayerUpload"}


@dataclass
class Token:
    """For whom a token stands, where, and until when."""

    access_key: str
    region: str
    until: float


def stand_before(url: str) -> None:
    _behind[:] = [url]


@on("ecr", "GetAuthorizationToken")
def get_authorization_token(call: Call) -> Params:
    """Good for twelve hours (botocore), for all that its caller may do (user guide, Registry authentication)."""
    context = call.context
    result = call.moto()
    for item in result["authorizationData"]:
        token = base64.b64encode(f"AWS:{secrets.token_hex(24)}".encode()).decode()
        until = context.clock.now() + _LIFETIME
        _tokens[token] = Token(context.access_key, context.region, until)
        item |= {"authorizationToken": token, "expiresAt": until}
        item["proxyEndpoint"] = f"https://{context.account}.dkr.ecr.{context.region}.amazonaws.com"
    return result


def operation_of(request: HttpRequest) -> str:
    """What a request is called in ECR's own API, which is also the action that it needs."""
    route = _ROUTE.match(request.path)
    if route is None:
        return ""
    reads = request.method in ("GET", "HEAD")
    if route["kind"] == "manifests":
        return "BatchGetImage" if reads else "PutImage"
    if route["kind"] == "blobs":
        return (
            "BatchCheckLayerAvailability" if request.method == "HEAD" else "GetDownloadUrlForLayer"
        )
    return _UPLOADS.get(request.method, "")


def answer(request: HttpRequest, context: Context, entry: Entry) -> HttpAnswer:
    """One request of a builder."""
    if request.headers.get("host") == PUBLIC_ECR:
        return _public(request)
    token = _token(request, context)
    context = Context(
        context.account,
        token.region,
        authorization.principal(token.access_key),
        context.clock,
        token.access_key,
    )
    entry.access_key = token.access_key
    route = _ROUTE.match(request.path)
    if route is None:
        if request.path.rstrip("/") != "/v2":
            raise AwsError("UNSUPPORTED", "The operation is unsupported.", 405)
        return HttpAnswer(200, {"docker-distribution-api-version": "registry/2.0"}, b"{}")
    repository, operation = route["repository"], operation_of(request)
    params = {"repositoryName": repository}
    entry.params, entry.resource = params, repository
    entry.asked = [asdict(it) for it in authorization.authorize("ecr", operation, params, context)]
    rules.settle("ecr", context)
    if repository not in backend(context).repositories:
        raise AwsError(
            "NAME_UNKNOWN",
            f"The repository with name '{repository}' does not exist in the registry with id "
            f"'{context.account}'",
            404,
        )
    if operation == "PutImage":
        return _put(request, context, repository, route["rest"])
    if operation == "BatchGetImage":
        return _get(request, context, repository, route["rest"])
    return _forward(request, repository, route)


def _public(request: HttpRequest) -> HttpAnswer:
    """The public registry, which asks nobody who he is (ECR Public user guide): base images that a story put into the real
    one, below `public`."""
    if request.method not in ("GET", "HEAD"):
        raise AwsError("UNAUTHORIZED", "Not Authorized", 401)
    rest = request.path.removeprefix("/v2/").rstrip("/")
    return _send(request.method, request, f"/v2/public/{rest}" if rest else "/v2/")


def failure(error: AwsError) -> HttpAnswer:
    """A no, in the words of the specification."""
    status, code = error.status, error.code
    headers = {"content-type": "application/json; charset=utf-8"}
    if code in ("AccessDeniedException", "AccessDenied"):
        status, code = 403, "DENIED"
    if code == "ImageTagAlreadyExistsException":
        code = "TAG_INVALID"
    if code == "UNAUTHORIZED":
        headers["www-authenticate"] = (
            'Basic realm="https://ecr.amazonaws.com/",service="ecr.amazonaws.com"'
        )
    body = {"errors": [{"code": code, "message": error.message}]}
    return HttpAnswer(status, headers, json.dumps(body).encode())


def _token(request: HttpRequest, context: Context) -> Token:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token = _tokens.get(given.strip()) if scheme.lower() == "basic" else None
    host = ECR_HOST.match(request.headers.get("host", ""))
    if token is None or host is None or host["region"] != token.region:
        raise AwsError("UNAUTHORIZED", "Not Authorized", 401)
    if token.until <= context.clock.now():
        message = "Your authorization token has expired. Reauthenticate and try again."
        raise AwsError("DENIED", message, 403)
    return token


def _put(request: HttpRequest, context: Context, repository: str, reference: str) -> HttpAnswer:
    """Into the real registry first, which refuses what names layers that are not there."""
    answered = _send("PUT", request, _named(repository, f"manifests/{reference}"))
    if answered.status >= 300:
        return answered
    params: Params = {
        "repositoryName": repository,
        "imageManifest": request.body.decode(),
        "imageManifestMediaType": request.headers.get("content-type", ""),
    }
    if not reference.startswith("sha256:"):
        params["imageTag"] = reference
    try:
        put = rules.perform(Call("ecr", "PutImage", params, context))
        digest = put["image"]["imageId"]["imageDigest"]
        if digest != answered.headers["docker-content-digest"]:
            raise AwsError("LocalAwsBug", f"{digest} is {answered.headers} in the registry", 500)
    except AwsError as error:
        # A push of what is there already is none, which builders call a success.
        if error.code != "ImageAlreadyExistsException":
            raise
    return answered


def _get(request: HttpRequest, context: Context, repository: str, reference: str) -> HttpAnswer:
    """By what ECR's API knows: there images and tags come and go too."""
    images = backend(context).repositories[repository].images
    for image in images:
        if reference == image.get_image_digest() or reference in image.image_tags:
            path = _named(repository, f"manifests/{image.get_image_digest()}")
            return _send(request.method, request, path)
    raise AwsError("MANIFEST_UNKNOWN", f"Requested image {repository}:{reference} not found", 404)


def _forward(request: HttpRequest, repository: str, route: re.Match[str]) -> HttpAnswer:
    path = _named(repository, f"{route['kind']}/{route['rest']}")
    query = urllib.parse.parse_qsl(request.query)
    # Layers of other repositories are mounted only where that is switched on (user guide, Blob mounting).
    query = [(name, value) for name, value in query if name not in ("mount", "from")]
    return _send(request.method, request, f"{path}?{urllib.parse.urlencode(query)}")


def _named(repository: str, rest: str) -> str:
    return f"/v2/{_home.setdefault('', secrets.token_hex(8))}/{repository}/{rest}"


_PASSED_ON = ("accept", "content-type", "content-range", "range")


def _send(method: str, request: HttpRequest, path: str) -> HttpAnswer:
    if not _behind:
        message = "No registry is behind this one: PUT /_cloud/registry says where it is."
        raise AwsError("UNAVAILABLE", message, 503)
    there = urllib.parse.urlsplit(_behind[0])
    connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
    headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
    connection.request(method, path, request.body or None, headers)
    answered = connection.getresponse()
    told: dict[str, Any] = {name.lower(): value for name, value in answered.getheaders()}
    if "location" in told:
        told["location"] = told["location"].replace(f"/v2/{_home['']}/", "/v2/")
    return HttpAnswer(answered.status, told, answered.read())
