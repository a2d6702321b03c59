"""Logs hold nothing but what is on the list: as a law of the filter, and over a whole run of a node."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.runtime import logs
from vaern.node.runtime.logs import EVENTS, FIELDS, described, permitted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.node.operations.nodes import Node

anything: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.binary(max_size=10),
    st.lists(st.text()),
)
names = st.one_of(st.sampled_from([*EVENTS, *FIELDS, "email", "name", "path", "at", "level"]), st.text(max_size=10))


@given(st.dictionaries(names, anything), st.one_of(st.sampled_from(sorted(EVENTS)), st.text(max_size=20)))
def test_only_what_is_on_the_list_stays(event: dict[str, Any], name: str) -> None:
    event |= {"at": "2026-11-24T12:00:00Z", "level": "info", "event": name}
    kept = permitted(dict(event))
    assert set(kept) <= {"at", "level", "event"} | EVENTS.get(name, frozenset())
    assert kept["event"] in {*EVENTS, "dropped"}
    for key, value in kept.items():
        if key in FIELDS:
            assert FIELDS[key](value)
            assert value == event[key]


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize(
    "text",
    [
        "Ane Analyst",
        "ane@hotline.example",
        "https://node.example/x?q=1",
        "/people/7/",
        "10.0.0.1 ",
        "æøå",
        "a b",
        "",
        "x\ny",
    ],
)
def test_no_field_takes_a_name_an_address_or_a_url(field: str, text: str) -> None:
    assert not FIELDS[field](text)


def test_every_field_of_an_event_is_described() -> None:
    assert {field for fields in EVENTS.values() for field in fields} <= set(FIELDS)


def test_an_error_is_its_type_and_our_lines() -> None:
    try:
        logs._places(object()) or {}["tagged-secret"]
    except KeyError as error:
        found = described(error)
    assert found["error"] == "KeyError"
    assert "tagged" not in str(found)


def test_what_libraries_log_goes_in_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json")
    try:
        raise ValueError("tagged-secret")
    except ValueError:
        logging.getLogger("some.library").exception(
            "tagged-secret of %s", "tagged-secret", extra={"x": "tagged-secret"}
        )
    said = capsys.readouterr()
    assert "tagged" not in said.err + said.out
    (line,) = map(json.loads, said.err.splitlines())
    assert (line["event"], line["logger"], line["error"]) == ("library", "some.library", "ValueError")
    assert line["where"].startswith("test_logs:")


TAG = f"tagged{uuid.uuid4().hex[:8]}"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
KEY = f"Bearer vaern_{uuid.uuid4().hex}_{TAG}"
REQUESTS = [
    ("GET", f"/{TAG}/no-such-page?q={TAG}", {}, ""),
    ("GET", "/people/?q=" + TAG, {}, ""),
    ("GET", f"/invitation/{TAG}/", {}, ""),
    ("GET", f"/account/login/?next=/{TAG}", {"Referer": f"https://{TAG}.example/", "User_Agent": TAG}, ""),
    (
        "POST",
        "/account/login/",
        {"Content_Type": "application/x-www-form-urlencoded"},
        f"login={TAG}@x.example&password={TAG}",
    ),
    ("GET", "/account/login/", {"Cookie": f"session={TAG}; csrf={TAG}"}, ""),
    ("GET", "/account/login/", {"Host": f"{TAG}.example"}, ""),
    ("GET", "/account/login/", {"X_Forwarded_Host": f"{TAG}.example", "X_Forwarded_For": TAG}, ""),
    (
        "GET",
        "/api/scans",
        {"Authorization": f"Bearer vaern_{uuid.uuid4().hex}_{TAG}", "Vaern_Reason": f"other; {TAG}"},
        "",
    ),
    ("GET", f"/api/scans/{TAG}", {"Authorization": f"Bearer {TAG}"}, ""),
    ("POST", "/api/scans", {"Content_Type": "application/json"}, f'{{"name": "{TAG}", "x": '),
    ("POST", "/api/scans", {"Content_Type": f"multipart/form-data; boundary={TAG}"}, f"--{TAG}\r\n{TAG}"),
    ("GET", "/account/password/reset/key/" + TAG + "-" + TAG + "/", {}, ""),
    ("GET", "/metrics", {"Authorization": f"Bearer {TAG}", "X_Forwarded_For": "10.0.0.1"}, ""),
    ("PROPFIND", f"/{TAG}", {}, ""),
    ("GET", "/account/login/", {"Content_Length": TAG}, ""),
    ("GET", f"/static/{TAG}.css", {}, ""),
    ("GET", f"/{TAG}\x00", {}, ""),
]


def signed_in(node: Node, tag: str) -> dict[str, str]:
    """Accept the first invitation under a tagged name, as a browser does; the cookies of the session."""
    said = node.log.read_text()
    found = re.search(r"http://[^/]+(/invitation/\S+)", said)
    assert found
    status, headers, body = node.get(found[1])
    assert status == 200
    cookie = headers["Set-Cookie"].split(";")[0]
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    assert token
    fields = {name.decode(): f"{tag} name" for name in re.findall(rb'<input[^>]+type="text"[^>]*name="([^"]+)"', body)}
    form = {**fields, "email": f"{tag}@hotline.example", "password1": f"{tag}-Secret-1", "password2": f"{tag}-Secret-1"}
    form |= {"csrfmiddlewaretoken": token[1].decode()}
    from urllib.parse import urlencode

    node.get(
        found[1],
        "POST",
        urlencode(form),
        Cookie=cookie,
        Content_Type="application/x-www-form-urlencoded",
        Origin=f"http://localhost:{node.port}",
    )
    return {"Cookie": cookie}


@pytest.mark.slow
def test_a_whole_run_leaves_no_trace_of_anybody(own_node: Node) -> None:
    own_node.start()
    link = re.search(r"/invitation/(\S+)/", own_node.log.read_text())
    assert link
    statuses = []
    for method, path, headers, body in REQUESTS:
        try:
            statuses.append(own_node.get(path.replace("\x00", "%00"), method, body, **headers)[0])
        except (OSError, ValueError):
            statuses.append(0)
    signed_in(own_node, TAG)
    assert {200, 400, 401, 404} <= set(statuses), statuses
    _break_a_page(own_node)
    assert own_node.stop() == 0

    text = own_node.log.read_text()
    server = (own_node.home / "database" / "server.log").read_text()
    assert TAG not in text
    assert TAG not in server
    assert "Traceback" not in text
    assert len([event for event in own_node.events() if event["event"] == "request"]) >= len(REQUESTS) - 4
    json_lines = "".join(line for line in text.splitlines() if line.startswith("{"))
    assert link[1] not in json_lines, "the link is printed for the operator, and logged nowhere"
    secret = (own_node.home / "keys" / "secret").read_text()
    assert secret not in text + server
    for line in own_node.events():
        assert permitted(dict(line)) == line
    outside = [line for line in text.splitlines() if not line.startswith("{") and line.strip()]
    assert not [line for line in outside if "example" in line]
    assert any(event["event"] == "library" and event.get("error") for event in own_node.events()), "no error was caused"


def _break_a_page(node: Node) -> None:
    """Take a table away, so that a page fails with an error that holds a statement."""
    import psycopg

    from vaern.node.runtime.embedded import Embedded

    with psycopg.connect(Embedded(node.home / "database").url, autocommit=True) as connection:
        connection.execute("ALTER TABLE organisations_apikey RENAME TO gone")
        status, _, body = node.get(
            "/api/scans", Authorization=f"Bearer vaern_{uuid.uuid4().hex}_{'x' * 43}", Vaern_Reason=f"other; {TAG}"
        )
        connection.execute("ALTER TABLE gone RENAME TO organisations_apikey")
    assert status == 500
    assert b"Traceback" not in body


@pytest.mark.once
def test_lines_of_processes_that_log_at_once_stay_whole(tmp_path: Path) -> None:
    code = (
        "import structlog; from vaern.node.runtime import logs; logs.configure()\n"
        "for number in range(500): structlog.get_logger().info('erased', task='x' * 50, count=number)\n"
    )
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-u", "-c", code]
        writers = [subprocess.Popen(command, stderr=log) for _ in range(4)]
        assert [writer.wait() for writer in writers] == [0] * 4
    assert len([json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]) == 4 * 500
