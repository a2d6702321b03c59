"""While the database does not answer, the node does: 503, a plain page or a problem document, and when to try again."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import DatabaseError, close_old_connections, connections
from django.test import Client
from django.utils import translation
from tests.node.operations.nodes import Node, wait_until
from tests.node.route_arguments import OPERATIONS, WALK, nothing

from vaern.node.runtime.database import is_down
from vaern.node.runtime.embedded import Embedded
from vaern.node.web.errors import RETRY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

COOKIES = {"session": "s" * 32, "csrf": "c" * 32}
KEY = {"Authorization": "Bearer vaern_" + "k" * 43, "Vaern-Reason": "investigation"}


@contextmanager
def connection_to(**changes: Any) -> Iterator[Any]:
    """Let this thread have another connection, with some settings changed, and give its own back."""
    usual = connections["default"]
    settings = {**usual.settings_dict, **changes}
    connections["default"] = type(usual)(settings, "default")
    try:
        yield connections["default"]
    finally:
        connections["default"].close()
        connections["default"] = usual


@pytest.fixture
def dead(django_db_blocker: Any, tmp_path: Path) -> Iterator[None]:
    """No server behind the socket."""
    with django_db_blocker.unblock(), connection_to(HOST=str(tmp_path)):
        yield


def ask(method: str, path: str, **more: Any) -> Any:
    client = Client(raise_request_exception=False)
    client.cookies.load(COOKIES)
    return client.generic(method, path, **more)


def operation(name: str) -> tuple[str, str]:
    method, _, path = name.partition(" ")
    return method, path.replace("{uuidstr:id}", str(nothing().scan))


@pytest.mark.slow
@pytest.mark.usefixtures("dead")
def test_no_page_breaks() -> None:
    broken, down = [], 0
    for name, line in WALK.items():
        for method in ("GET", "POST"):
            answer = ask(method, line.address(name, nothing()))
            if name == "operations:health":
                continue
            if answer.status_code >= 500:
                down += 1
                page = answer.content.decode()
                right = answer.status_code == 503 and answer["Retry-After"] == str(RETRY_SECONDS)
                plain = "Not available now" in page and "Traceback" not in page and "OperationalError" not in page
                if not right or not (plain or answer["Content-Type"] == "application/problem+json"):
                    broken.append(f"{method} {name}: {answer.status_code}")
    assert not broken
    assert down > len(WALK)  # most need the session of whoever asks


@pytest.mark.usefixtures("dead")
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_api_answers_with_the_problem_document(name: str) -> None:
    method, path = operation(name)
    answer = ask(method, path, headers=KEY)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == str(RETRY_SECONDS)
    assert answer.json()["type"] == "urn:vaern:problem:unavailable"


@pytest.mark.usefixtures("dead")
def test_the_page_is_in_the_language_that_the_browser_wants() -> None:
    with translation.override("en"):  # and back to it
        answer = ask("GET", "/scans/", headers={"Accept-Language": "da"})
    assert answer.status_code == 503
    assert 'lang="da"' in answer.content.decode()


@pytest.mark.django_db
def test_a_connection_that_the_server_ends_is_answered_alike() -> None:
    with connection_to() as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (mine,) = cursor.fetchone()
        with connection_to() as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [mine])
        assert ask("GET", "/scans/").status_code == 503
        close_old_connections()  # as at the start of each request; Django's test client leaves it out
        assert ask("GET", "/scans/").status_code == 302, "the next request has a connection of its own"


DOWN = ("08000", "08001", "08003", "08006", "57P01", "57P02", "57P03", "57P05", "53300", "53100")
UP = ("40001", "40P01", "57014", "53200", "55P03", "23505", "22P02", "42601", "25P02")


@pytest.mark.parametrize("code", DOWN + UP)
@pytest.mark.parametrize("how", ["cause", "context", "alone"])
def test_only_a_server_that_does_not_answer_counts_as_down(code: str, how: str) -> None:
    error: BaseException
    try:
        try:
            raise psycopg.errors.lookup(code)("tagged")
        except psycopg.Error as found:
            if how == "alone":
                raise
            raise DatabaseError("tagged") from (found if how == "cause" else None)
    except Exception as found:
        error = found
    assert is_down(error) == (code in DOWN)


def test_faults_of_ours_are_not_the_databases() -> None:
    loop = ValueError()
    loop.__context__ = KeyError()
    loop.__context__.__context__ = loop
    assert not any(map(is_down, [None, ValueError(), loop, psycopg.DataError("x"), psycopg.ProgrammingError("x")]))


@pytest.mark.slow
def test_a_node_whose_database_stops_says_so_and_is_well_again_when_it_is_back(folder: Path) -> None:
    place = Path(tempfile.mkdtemp(dir=folder))
    server = Embedded(place / "database")
    # Not a copy of one that ran: what that one signed last would be missing in this database.
    node = Node(place / "home", DATABASE_URL=server.start())
    try:
        node.start()
        cookie = "; ".join(f"{name}={value}" for name, value in COOKIES.items())
        assert node.get("/scans/", Cookie=cookie)[0] == 302
        assert server.stop()
        for _ in range(5):
            for path, kind in (("/scans/", "text/html"), ("/api/scans", "application/problem+json")):
                status, headers, body = node.get(path, Cookie=cookie, **KEY)
                assert (status, headers["Retry-After"]) == (503, str(RETRY_SECONDS))
                assert headers["Content-Type"].startswith(kind)
                assert b"Traceback" not in body
            assert node.get("/account/login/")[0] in {200, 503}
        assert node.health()[0] == 503
        server.start()
        wait_until(lambda: node.health()[0] == 200)
        assert node.get("/scans/", Cookie=cookie)[0] == 302
    finally:
        node.clean_up()
        server.stop()
