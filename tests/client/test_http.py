"""Asking a service: what is tried again, what is never done, and what an error says."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.client.serving import Asked, Said, serving

from vaern.client.http import ClientError, Http, Limits, basic


def test_an_answer_comes_with_user_and_headers() -> None:
    with serving(lambda _: '{"a": [1]}') as server:
        http = Http(server.base + "/base/", headers={**basic("næb", "p:w"), "x-key": "k"})
        answer = http.get("/v1/thing", {"from": "2026-01-01T00:00:00Z", "n": 3})
        assert (answer.status, answer.json()) == (200, {"a": [1]})
        (asked,) = server.asked
        assert (asked.method, asked.path) == ("GET", "/base/v1/thing")
        assert asked.query == {"from": "2026-01-01T00:00:00Z", "n": "3"}
        assert asked.headers["x-key"] == "k"
        assert asked.headers["authorization"] == "Basic bsOmYjpwOnc="
        http.close()


@pytest.mark.parametrize("body", [b"{", b'{"a": "\xff"}', b"\xff\xfe"])
def test_what_is_no_json_is_said_and_breaks_nothing(body: bytes) -> None:
    with serving(lambda _: Said(body)) as server, pytest.raises(ClientError, match="no JSON"):
        Http(server.base).get("/").json()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_and_not_at_once(status: int) -> None:
    pauses: list[float] = []
    answers = [Said(b"busy", status), Said(b"busy", status), Said(b"here")]
    with serving(lambda _: answers.pop(0)) as server:
        assert Http(server.base, sleep=pauses.append).get("/").body == b"here"
        assert len(server.asked) == 3
    first, second = pauses
    assert 0.5 <= first <= 1.0 <= second <= 2.0


def test_what_must_not_happen_twice_is_sent_once() -> None:
    with serving(lambda _: Said(b"busy", 503)) as server:
        with pytest.raises(ClientError, match="answered 503"):
            Http(server.base, sleep=pytest.fail).send("POST", "/", b"x", again=False)
        assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_refusal_is_final_and_says_what_to_do(status: int) -> None:
    with serving(lambda _: Said(b"<b>no such\n account</b>", status)) as server:
        with pytest.raises(ClientError) as caught:
            Http(server.base, sleep=pytest.fail).get("/v2/status", {"access_token": "SECRET"})
        assert len(server.asked) == 1
    error = caught.value
    assert (error.status, error.where) == (status, f"GET {server.base}/v2/status")
    assert "no such account" in error.what
    assert error.advice
    assert "SECRET" not in str(error)


def test_what_is_closed_is_closed_also_where_an_error_is_kept() -> None:
    """The service keeps a thread, and what it has open, for as long as a connection to it stands."""
    with serving(lambda _: Said(b"no", 403)) as server:
        http = Http(server.base)
        with pytest.raises(ClientError) as caught:
            http.get("/")
        pools = [http._pool.pools[key] for key in http._pool.pools.keys()]  # noqa: SIM118
        http.close()
        assert [pool.pool for pool in pools] == [None]
        assert caught.value.status == 403


@pytest.mark.parametrize("as_day", [False, True])
def test_a_service_that_says_when_is_obeyed(as_day: bool) -> None:
    pauses: list[float] = []
    begun = datetime.now(UTC)
    soon = format_datetime(begun + timedelta(seconds=60), usegmt=True) if as_day else "7"
    answers = [Said(b"", 429, {"Retry-After": soon}), Said(b"here")]
    with serving(lambda _: answers.pop(0)) as server:
        Http(server.base, sleep=pauses.append).get("/")
    passed = (datetime.now(UTC) - begun).total_seconds()
    assert 59 - passed <= pauses[0] <= 60 if as_day else pauses == [7]  # a date has whole seconds


def test_a_pause_that_is_too_long_is_the_callers() -> None:
    with serving(lambda _: Said(b"", 429, {"Retry-After": "3600"})) as server:
        with pytest.raises(ClientError) as caught:
            Http(server.base, sleep=pytest.fail).get("/")
        assert (caught.value.after, len(server.asked)) == (3600, 1)


def test_an_answer_that_is_cut_is_asked_for_again() -> None:
    answers = [Said(b"ha", declared=100), Said(b"whole")]
    with serving(lambda _: answers.pop(0)) as server:
        assert Http(server.base, sleep=lambda _: None).get("/").body == b"whole"


def test_a_redirect_is_followed_on_the_same_host_only() -> None:
    with serving(lambda _: b"theirs") as other:

        def answer(asked: Asked) -> Said:
            if asked.path == "/here":
                return Said(b"", 302, {"Location": "/there"})
            if asked.path == "/away":
                return Said(b"", 302, {"Location": other.base + "/x?key=SECRET"})
            if asked.path == "/circle":
                return Said(b"", 302, {"Location": "/circle"})
            return Said(b"ours")

        with serving(answer) as server:
            http = Http(server.base, headers={"x-key": "k"}, sleep=pytest.fail)
            assert http.get("/here").body == b"ours"
            with pytest.raises(ClientError, match="sends the request on") as caught:
                http.get("/away")
            assert "SECRET" not in str(caught.value)
            with pytest.raises(ClientError, match="circle"):
                http.get("/circle")
            with pytest.raises(ClientError, match="sends the request on"):
                http.send("POST", "/here", b"x")
            with pytest.raises(ClientError, match="this is not at"):
                http.get(other.base + "/x")
        assert other.asked == []


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_has_a_largest_size_unpacked(packed: bool) -> None:
    body = b"\0" * 1_000_000
    headers = {"Content-Encoding": "gzip"} if packed else {}
    with serving(lambda _: Said(gzip.compress(body) if packed else body, 200, headers)) as server:
        assert Http(server.base, limits=Limits(bytes=1_000_000)).get("/").body == body
        with pytest.raises(ClientError, match="larger than 999999 bytes"):
            Http(server.base, limits=Limits(bytes=999_999), sleep=pytest.fail).get("/")


def test_a_service_that_is_silent_is_given_up(free_port: int) -> None:
    pauses: list[float] = []
    with pytest.raises(ClientError, match="the connection failed") as caught:
        Http(f"http://127.0.0.1:{free_port}", limits=Limits(tries=3), sleep=pauses.append).get("/")
    assert (caught.value.status, len(pauses)) == (0, 2)


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("http://service.example/x", "without TLS"),
        ("http://127.0.0.1.example/", "without TLS"),
        ("ftp://127.0.0.1/", "no address"),
        ("https://", "no address"),
        ("service.example", "no address"),
        ("https://user:password@service.example/", "name or password"),
        ("https://service.example:port/", "no address"),
        ("https://service.example/a b", "no address"),
    ],
)
def test_an_address_that_would_betray_a_key_is_refused(address: str, what: str) -> None:
    with pytest.raises(ClientError, match=what) as caught:
        Http(address)
    assert "password@" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["https://service.example/x", "http://localhost:1", "http://[::1]:1", "http://127.9.0.1"]
)
def test_other_addresses_are_taken(address: str) -> None:
    assert Http(address).base == address


def test_what_is_no_json_says_so() -> None:
    with serving(lambda _: "<html>") as server, pytest.raises(ClientError, match="no JSON"):
        Http(server.base).get("/").json()


def test_a_name_under_localhost_is_this_machine_and_is_told_its_name() -> None:
    """RFC 6761, 6.3; Debian's resolver does not know them."""
    with serving(lambda _: "here") as server:
        base = server.base.replace("127.0.0.1", "north.localhost")
        http = Http(base)
        assert http.get("/a").body == b"here"
        assert server.asked[0].headers["host"] == base.removeprefix("http://")
        http.close()
        with pytest.raises(ClientError, match="to this machine"):
            Http(base, limits=Limits(tries=1, here=False)).get("/")
    with pytest.raises(ClientError, match="Use https"):
        Http("http://localhost.example")
