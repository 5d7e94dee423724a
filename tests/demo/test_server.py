# SPDX-License-Identifier: MIT
"""The HTTP server: addresses, keep-alive, speed of a single answer, starting and stopping, running alone."""

import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlencode

import pytest

from crmdesk.demo.dialect import find_dialects
from crmdesk.demo.server import DemoServer
from tests.demo.caller import ENTRY, FORM, Caller
from tests.demo.conftest import Door


def test_accounts_have_the_shape_of_the_command_line() -> None:
    with DemoServer(rows=20, keys={"admin": "0123"}) as server:
        account = next(a for a in server.accounts() if a["vendor"] == "crmplus")
        assert account == {
            "vendor": "crmplus", "url": f"http://127.0.0.1:{server.port}{ENTRY}", "set": {"user": "admin"}, "secrets": {"access_key": "0123"},
        }  # fmt: skip
        assert server.account("crmplus", "anna.k")["set"] == {"user": "anna.k"}
        with pytest.raises(KeyError):
            server.account("nobody")


def test_keys_differ_at_every_start() -> None:
    assert DemoServer().keys["admin"] != DemoServer().keys["admin"]


def test_start_does_not_wait_for_the_data() -> None:
    DemoServer()  # imports are not what is measured
    began = time.perf_counter()
    server = DemoServer().start(warm=False)
    took = time.perf_counter() - began
    server.stop()
    assert took < 0.25  # 50 ms with room for a busy machine


def test_stopped_server_closes_its_connections_and_can_be_stopped_twice(door: Door) -> None:
    crm = door()
    crm.server.stop()
    crm.server.stop()
    with pytest.raises((http.client.HTTPException, OSError)):
        crm.get("listtypes")


def test_answers_on_one_connection_do_not_stall(door: Door) -> None:
    crm = door(rows=120)
    crm.rows("select * from Leads limit 1;")
    took = []
    for _ in range(20):
        began = time.perf_counter()
        crm.rows("select * from Leads order by id limit 100;")
        took.append(time.perf_counter() - began)
    assert sorted(took)[10] < 0.03  # a delayed acknowledgement would cost 0.04 each time


def test_unknown_path_is_not_found_and_head_is_empty(door: Door) -> None:
    crm = door()
    connection = http.client.HTTPConnection("127.0.0.1", crm.server.port)
    connection.request("GET", "/elsewhere")
    reply = connection.getresponse()
    assert (reply.status, b"Not Found" in reply.read()) == (404, True)
    connection.request("HEAD", ENTRY)
    assert connection.getresponse().read() == b""
    connection.close()


def test_compresses_where_asked_and_switched_on() -> None:
    with DemoServer(rows=20, gzip=True) as server, Caller(server).login() as caller:
        query = urlencode({"operation": "listtypes", "sessionName": caller.session})
        _, body = caller.raw("GET", query, headers={"Accept-Encoding": "gzip, deflate"})
        assert json.loads(gzip.decompress(body))["success"] is True
        assert json.loads(caller.raw("GET", query)[1])["success"] is True


def test_requests_are_remembered_for_tests(door: Door) -> None:
    crm = door()
    crm.rows("select id from Leads limit 1;")
    last = crm.server.seen[-1]
    assert (last.vendor, last.operation, last.status) == ("crmplus", "query", 200)
    assert last.request.url_parameters()["query"] == "select id from Leads limit 1;"


def test_faults_over_http_only_where_the_switch_is_on(door: Door) -> None:
    crm = door()
    connection = http.client.HTTPConnection("127.0.0.1", crm.server.port)
    connection.request("POST", "/_faults", "kind=http500", FORM)
    assert connection.getresponse().read() != b"ok"
    connection.close()
    with DemoServer(rows=20, control=True) as server, Caller(server).login() as caller:
        caller._connection.request("POST", "/_faults", "kind=http500&operation=listtypes", FORM)
        assert caller._connection.getresponse().read() == b"ok"
        assert caller.get("listtypes") == (500, b"")
        assert caller.get("listtypes")[0] == 200


def test_dialects_are_found_by_their_folder() -> None:
    assert "crmplus" in {dialect.vendor for dialect in find_dialects()}


@pytest.mark.skipif(os.name != "posix", reason="signals cannot be sent like this elsewhere")
def test_runs_alone_until_told_to_stop() -> None:
    code = "from crmdesk.demo.server import run; raise SystemExit(run(rows=20))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        account = json.loads(process.stdout.readline())["accounts"][0]
        assert account["url"].startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == ""
