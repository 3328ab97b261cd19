"""Calls into moto: parameters in, parameters out.

moto is asked over its own WSGI application, in a request that botocore's serializer writes, and its
answer is read by botocore's parser. So a rule can change either side, whatever protocol the real
client speaks, and moto's errors arrive as `AwsError`.
"""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from . import models, services
from .context import AwsError, Context
from .identify import HttpRequest

# The managed policies are AWS's; services attach them by ARN. moto reads this when it is imported.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
# A thousand machine images that nobody here starts; they cost half a second per region and reset.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.moto_api._internal import moto_api_backend
from moto.moto_server.werkzeug_app import create_backend_app

from .moto_once import Application

_application = Application(create_backend_app)


def call(service: str, operation: str, params: dict[str, Any], context: Context) -> dict[str, Any]:
    """Perform one operation in moto."""
    model = models.service_model(service)
    operation_model = model.operation_model(operation)
    spoken = services.known()[service].moto_reads or model.metadata["protocol"]
    serializer = create_serializer(spoken, include_validation=False)
    written = serializer.serialize_to_request(params, operation_model)
    body = written["body"]
    if isinstance(body, dict):
        body = urlencode(body, doseq=True).encode()
    elif isinstance(body, str):
        body = body.encode()
    signing = model.metadata.get("signingName") or model.metadata["endpointPrefix"]
    headers = {str(key).lower(): str(value) for key, value in written["headers"].items()}
    headers["host"] = f"{signing}.{context.region}.amazonaws.com"
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={context.access_key}/20260101/{context.region}/{signing}"
        "/aws4_request, SignedHeaders=host, Signature=local"
    )
    query = urlencode(written["query_string"] or {}, doseq=True)
    status, answer_headers, answer = forward(
        HttpRequest(written["method"], written["url_path"], query, headers, bytes(body))
    )
    parsed = create_parser(spoken).parse(
        {"body": answer, "headers": HeadersDict(answer_headers), "status_code": status},
        operation_model.output_shape,
    )
    if status >= 300:
        error = parsed.get("Error", {})
        code = str(error.get("Code") or "InternalFailure")
        message = str(error.get("Message") or "")
        if status == 404 and "<title>404" in answer[:200].decode("utf-8", "replace").lower():
            raise AwsError("NotImplemented", f"{service} {operation} is not modelled", 501)
        raise AwsError(code, message, status)
    parsed.pop("ResponseMetadata", None)
    return parsed


def forward(request: HttpRequest) -> tuple[int, dict[str, str], bytes]:
    """Hand a whole HTTP request to moto, as it is."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(request.body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(request.body)),
        "CONTENT_TYPE": request.headers.get("content-type", ""),
    }
    for name, value in request.headers.items():
        if name not in ("content-type", "content-length"):
            environ["HTTP_" + name.upper().replace("-", "_")] = value
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        started[:] = [int(status.split(" ", 1)[0]), dict(headers)]
        return lambda data: None

    chunks = _application(environ, start_response)
    body = b"".join(chunks)
    return started[0], {key.lower(): value for key, value in started[1].items()}, body


def reset() -> None:
    """Empty every moto backend."""
    moto_api_backend.reset()
