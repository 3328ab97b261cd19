"""Results and errors onto the wire, in the protocol in which the request came.

Sources: botocore's output shapes; Smithy's AWS protocols (JSON 1.0/1.1, query, EC2 query,
RPC v2 CBOR with `awsQueryCompatible`, whose old error codes travel in `x-amzn-query-error`).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel, ServiceModel, Shape
from botocore.utils import parse_timestamp
from moto.core.model import ServiceModel as MotoServiceModel
from moto.core.serialize import (
    EC2Serializer,
    QuerySerializer,
    RestXMLSerializer,
    SerializationContext,
)

from . import models, protocol, services
from .context import AwsError
from .identify import CBOR


@dataclass(frozen=True)
class HttpAnswer:
    status: int
    headers: dict[str, str]
    body: bytes


def success(
    model: OperationModel, wire: str, result: dict[str, Any], request_id: str
) -> HttpAnswer:
    if wire == CBOR:
        body = protocol.encode(protocol.tagged(model.output_shape, result, to_epoch))
        return HttpAnswer(200, _cbor_headers(request_id), body)
    if wire == "json":
        # without an output shape AWS JSON answers with an empty body (ec. logs) or `{}`
        body = json.dumps(_to_json(model.output_shape, result)).encode()
        return HttpAnswer(200, _json_headers(model.service_model, request_id), body)
    serializer = {"ec2": EC2Serializer, "rest-xml": RestXMLSerializer}.get(wire, QuerySerializer)
    moto_model = _moto_model(model.service_model.service_name).operation_model(model.name)
    written = serializer(moto_model, SerializationContext(request_id)).serialize(
        _to_datetimes(model.output_shape, result)
    )
    headers = _xml_headers(request_id)
    headers |= {name.lower(): str(value) for name, value in written["headers"].items()}
    body = written["body"]
    service = services.known().get(model.service_model.service_name)
    if service is not None and service.id_header:
        headers[service.id_header] = headers.pop("x-amzn-requestid")
    # botocore's model does not have the name of every document; its parser takes any.
    if service is not None and (root := service.roots.get(model.name)):
        text = body.decode() if isinstance(body, bytes) else str(body)
        body = text.replace(f"{model.name}Response>", f"{root}>")
    return HttpAnswer(
        int(written["status_code"]),
        headers,
        body if isinstance(body, bytes) else str(body).encode(),
    )


def failure(
    service: str, operation: OperationModel | None, wire: str, error: AwsError, request_id: str
) -> HttpAnswer:
    model = models.service_model(service) if models.is_known(service) else None
    status = error_status(model, error)
    kind = "Receiver" if status >= 500 else "Sender"
    if wire == CBOR:
        body = protocol.encode(
            {
                "__type": _cbor_type(service, operation, error.code),
                "message": error.message,
                **error.extra,
            }
        )
        headers = _cbor_headers(request_id)
        headers["x-amzn-query-error"] = f"{error.code};{kind}"
        return HttpAnswer(status, headers, body)
    if wire in ("json", "rest"):
        body = json.dumps({"__type": error.code, "message": error.message, **error.extra}).encode()
        headers = _json_headers(model, request_id)
        headers["x-amzn-errortype"] = error.code
        return HttpAnswer(status, headers, body)
    code, message = escape(error.code), escape(error.message)
    if wire == "ec2":
        text = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            f"</Errors><RequestID>{request_id}</RequestID></Response>"
        )
    elif service == "s3":
        # No envelope (S3 API reference, "Error responses").
        text = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
        headers = {"content-type": "application/xml", "x-amz-request-id": request_id}
        # Where the bucket is, is in a header also of refusals; an answer to HEAD has nothing else (API reference, HeadBucket).
        if region := error.extra.get("BucketRegion"):
            headers["x-amz-bucket-region"] = str(region)
        is_head = operation is not None and operation.http["method"] == "HEAD"
        return HttpAnswer(status, headers, b"" if is_head else text.encode())
    else:
        namespace = model.metadata.get("xmlNamespace", "") if model else ""
        text = (
            f'<ErrorResponse xmlns="{escape(namespace)}"><Error><Type>{kind}</Type>'
            f"<Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    return HttpAnswer(status, _xml_headers(request_id), text.encode())


def error_status(model: ServiceModel | None, error: AwsError) -> int:
    """The status of the modelled error (iam EntityAlreadyExists is 409), else the error's own."""
    if model is None or error.status != 400:
        return error.status
    for shape in model.error_shapes:
        details = shape.metadata.get("error", {})
        if error.code in (shape.name, details.get("code")):
            return int(details.get("httpStatusCode", error.status))
    return error.status


def to_epoch(value: Any) -> float:
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    if isinstance(value, (int, float)):
        return value
    return parse_timestamp(value).timestamp()


def _moto_model(service: str) -> MotoServiceModel:
    if service not in _moto_models:
        plain = models.service_model(service)
        _moto_models[service] = MotoServiceModel(plain._service_description, service)
    return _moto_models[service]


_moto_models: dict[str, MotoServiceModel] = {}


def _cbor_type(service: str, operation: OperationModel | None, code: str) -> str:
    """The shape name that belongs to a query error code, which is what `__type` carries."""
    shapes = list(operation.error_shapes) if operation else []
    for shape in shapes:
        if shape.metadata.get("error", {}).get("code") == code:
            return f"com.amazonaws.{service}#{shape.name}"
    return f"com.amazonaws.{service}#{code}"


def _to_json(shape: Shape | None, value: Any) -> Any:
    if shape is None or value is None:
        return {} if shape is None else None
    if shape.type_name == "structure":
        return {
            name: _to_json(shape.members[name], item)
            for name, item in value.items()
            if name in shape.members and item is not None
        }
    if shape.type_name == "list":
        return [_to_json(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: _to_json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return to_epoch(value)
    if shape.type_name == "blob" and isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _to_datetimes(shape: Shape | None, value: Any) -> Any:
    """moto's XML serializers want naive UTC datetimes."""
    if shape is None or value is None:
        return value
    if shape.type_name == "structure":
        return {
            name: _to_datetimes(shape.members[name], item)
            for name, item in value.items()
            if name in shape.members
        }
    if shape.type_name == "list":
        return [_to_datetimes(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: _to_datetimes(shape.value, item) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(to_epoch(value), UTC).replace(tzinfo=None)
    return value


def _cbor_headers(request_id: str) -> dict[str, str]:
    return {
        "content-type": protocol.CONTENT_TYPE,
        "smithy-protocol": "rpc-v2-cbor",
        "x-amzn-requestid": request_id,
    }


def _json_headers(model: ServiceModel | None, request_id: str) -> dict[str, str]:
    version = model.metadata.get("jsonVersion", "1.1") if model else "1.1"
    return {"content-type": f"application/x-amz-json-{version}", "x-amzn-requestid": request_id}


def _xml_headers(request_id: str) -> dict[str, str]:
    return {"content-type": "text/xml", "x-amzn-requestid": request_id}
