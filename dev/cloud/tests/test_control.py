"""The control API: ledger, faults, clock, reset; and how the server treats connections."""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
import threading
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import cbor2
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError
from botocore.parsers import ResponseParserError
from conftest import ROOT, Cloud


def test_the_ledger(cloud: Cloud) -> None:
    cloud.client("logs").create_log_group(logGroupName="/web")
    cloud.refused("logs", "create_log_group", logGroupName="/web")
    calls = cloud.control("GET", "/ledger")["calls"]
    assert [(call["n"], call["service"], call["operation"], call["outcome"]) for call in calls] == [
        (1, "logs", "CreateLogGroup", "ok"),
        (2, "logs", "CreateLogGroup", "ResourceAlreadyExistsException"),
    ]
    assert calls[0]["params"] == {"logGroupName": "/web"}
    assert calls[0]["resource"] == "/web"
    assert [call["status"] for call in calls] == [200, 400]
    assert all("Botocore/" in call["user_agent"] and call["request"] for call in calls)
    assert cloud.control("GET", "/ledger/counts") == {"logs:CreateLogGroup": 2}
    cloud.control("DELETE", "/ledger")
    assert cloud.control("GET", "/ledger") == {"calls": []}


def test_the_ledger_keeps_answers_if_it_is_told_to(cloud: Cloud) -> None:
    ec2 = cloud.client("ec2")
    ec2.create_vpc(CidrBlock="10.1.0.0/16")
    cloud.control("PUT", "/ledger", {"answers": True})
    made = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    answers = [call["answer"] for call in cloud.control("GET", "/ledger")["calls"]]
    assert answers[0] is None
    assert answers[1]["Vpc"]["VpcId"] == made
    cloud.control("POST", "/reset")
    ec2.create_vpc(CidrBlock="10.1.0.0/16")
    assert cloud.control("GET", "/ledger")["calls"][-1]["answer"] is None


def fault(cloud: Cloud, kind: str, **more: object) -> None:
    body = {"service": "logs", "operation": "CreateLogGroup", "kind": kind, **more}
    cloud.control("POST", "/faults", body)


def test_throttle_of_the_second_call(cloud: Cloud) -> None:
    fault(cloud, "throttle", occurrence=2)
    cloud.client("logs").create_log_group(logGroupName="/1")
    code, message = cloud.refused("logs", "create_log_group", logGroupName="/2")
    assert (code, message) == ("ThrottlingException", "Rate exceeded")
    cloud.client("logs").create_log_group(logGroupName="/2")


def test_errors(cloud: Cloud) -> None:
    fault(cloud, "error", code="OperationAbortedException", message="try again", every=True)
    for _ in range(2):
        code, message = cloud.refused("logs", "create_log_group", logGroupName="/1")
        assert (code, message) == ("OperationAbortedException", "try again")
    cloud.control("DELETE", "/faults")
    fault(cloud, "error500")
    with pytest.raises(ClientError) as caught:
        cloud.client("logs").create_log_group(logGroupName="/1")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert cloud.objects() == {}


@pytest.mark.parametrize(("kind", "effect"), [("reset_before", False), ("reset_after", True)])
def test_resets(cloud: Cloud, kind: str, effect: bool) -> None:
    fault(cloud, kind)
    with pytest.raises(ConnectionClosedError):
        cloud.client("logs").create_log_group(logGroupName="/1")
    assert ("logs:log-group" in cloud.objects()) is effect
    assert cloud.control("GET", "/ledger")["calls"][0]["outcome"] != "pending"


@pytest.mark.parametrize(
    ("kind", "effect"), [("html", False), ("empty", False), ("huge", False), ("truncated", True)]
)
def test_whoever_stands_between(cloud: Cloud, kind: str, effect: bool) -> None:
    fault(cloud, kind)
    with contextlib.suppress(ClientError, HTTPClientError, ResponseParserError):
        cloud.client("logs").create_log_group(logGroupName="/1")
    assert ("logs:log-group" in cloud.objects()) is effect


def test_a_late_answer_comes_after_the_effect_and_a_fault_may_strike_again(cloud: Cloud) -> None:
    fault(cloud, "late", seconds=0.3, times=2)
    for name in ("/1", "/2", "/3"):
        began = time.monotonic()
        cloud.client("logs").create_log_group(logGroupName=name)
        assert (time.monotonic() - began >= 0.3) is (name != "/3")
    assert cloud.objects() == {"logs:log-group": ["/1", "/2", "/3"]}


def test_slow_and_hang(cloud: Cloud) -> None:
    fault(cloud, "slow", seconds=0.3)
    began = time.monotonic()
    cloud.client("logs").create_log_group(logGroupName="/1")
    assert time.monotonic() - began >= 0.3
    fault(cloud, "hang")
    address = urlsplit(cloud.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=0.5)
    headers = {"X-Amz-Target": "Logs_20140328.CreateLogGroup"}
    connection.request("POST", "/", b'{"logGroupName": "/2"}', headers)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert cloud.objects() == {"logs:log-group": ["/1"]}


def test_a_slow_call_goes_on_when_the_faults_are_deleted(cloud: Cloud) -> None:
    fault(cloud, "slow", seconds=60)
    logs = cloud.client("logs")
    call = threading.Thread(target=lambda: logs.create_log_group(logGroupName="/1"))
    call.start()
    while not any(it["outcome"] == "pending" for it in cloud.control("GET", "/ledger")["calls"]):
        time.sleep(0.01)
    assert cloud.objects() == {}
    cloud.control("DELETE", "/faults")
    call.join(10)
    assert cloud.objects() == {"logs:log-group": ["/1"]}


def test_bad_control_requests(cloud: Cloud) -> None:
    for body in ({"kind": "explode"}, {"kind": "error"}, {"kind": "throttle", "sevice": "ecs"}):
        with pytest.raises(urllib.error.HTTPError):
            cloud.control("POST", "/faults", body)
    with pytest.raises(urllib.error.HTTPError):
        cloud.control("POST", "/clock", {"advance": -1})


def test_cbor_on_the_wire(cloud: Cloud) -> None:
    """The Rust client's requests: rpc-v2-cbor in and out, timestamps as tag 1."""
    address = urlsplit(cloud.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)

    def call(operation: str, params: dict[str, object]) -> tuple[int, dict[str, str], bytes]:
        path = f"/service/GraniteServiceVersion20100801/operation/{operation}"
        headers = {"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"}
        connection.request("POST", path, cbor2.dumps(params), headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    alarm = {
        "AlarmName": "cpu",
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.5,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    assert call("PutMetricAlarm", alarm)[0] == 200
    status, headers, body = call("DescribeAlarms", {})
    assert (status, headers["smithy-protocol"]) == (200, "rpc-v2-cbor")
    assert headers["content-type"] == "application/cbor"
    found = cbor2.loads(body)["MetricAlarms"][0]
    assert found["Threshold"] == 1.5
    assert abs(found["StateUpdatedTimestamp"].timestamp() - time.time()) < 60
    assert b"\xc1" in body  # tag 1
    status, headers, body = call("GetDashboard", {"DashboardName": "none"})
    assert status == 404
    assert headers["x-amzn-query-error"] == "ResourceNotFound;Sender"
    assert cbor2.loads(body)["__type"].endswith("#DashboardNotFoundError")


def test_connections_stay_open(cloud: Cloud) -> None:
    address = urlsplit(cloud.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    connection.connect()
    socket = connection.sock
    for _ in range(3):
        connection.request("GET", "/_cloud/health")
        assert connection.getresponse().read() == b'{"ok": true}'
        assert connection.sock is socket


def test_the_server_ends_with_its_parent() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "localaws", "--with-parent"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    assert process.stdout.readline().startswith("local AWS ready at http://127.0.0.1:")
    process.stdin.close()
    assert process.wait(timeout=10) == 0


def test_unknown_members_are_refused(cloud: Cloud) -> None:
    address = urlsplit(cloud.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
    headers = {"X-Amz-Target": "Logs_20140328.CreateLogGroup"}
    connection.request("POST", "/", b'{"logGroupName": "/2", "tag": {}}', headers)
    answer = connection.getresponse()
    assert answer.status == 400
    assert b"UnknownMember" in answer.read()


def test_many_callers_at_once(cloud: Cloud) -> None:
    """Sixteen threads on four services: every call is answered and counted."""
    clients = [cloud.client(name) for name in ("logs", "ecr", "cloudwatch", "ecs")]

    def work(n: int) -> None:
        logs, ecr, cloudwatch, ecs = clients
        logs.create_log_group(logGroupName=f"/{n}")
        ecr.create_repository(repositoryName=f"web{n}")
        cloudwatch.describe_alarms()
        ecs.create_cluster(clusterName=f"web{n}")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(32)))
    assert set(cloud.control("GET", "/ledger/counts").values()) == {32}
