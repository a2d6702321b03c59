"""Our own client and commands against our own service, and the client's types against its document."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.lookup.lists import near, pdq, sha256, write_lists
from tests.lookup.service import Running, running, until

from vaern.cli.commands import cli
from vaern.client import lookups
from vaern.client.http import ClientError, Limits
from vaern.client.lookups import Lookups
from vaern.lookup import callers, openapi, taking, wire
from vaern.lookup.service import ALL_ROUTES
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lists = tmp_path_factory.mktemp("lists")
    write_lists(lists)
    with running(lists) as found:
        yield found


@pytest.fixture
def client(service: Running) -> Iterator[Lookups]:
    found = Lookups(service.address, service.keys["hosting"])
    yield found
    found.close()


def test_results_come_in_the_order_of_signals_whatever_the_batch(client: Lookups) -> None:
    signals = [Signal("pdq", near(pdq(f"filler {number % 60}"), number % 40)) for number in range(90)]
    signals += [Signal("sha256", sha256("two views")), Signal("domain", b"bad.example")]
    whole = list(client.look_up(signals))
    assert [list(client.look_up(iter(signals), batch=batch)) for batch in (1, 7, 100)] == [whole] * 3
    assert [result.verdict.act for result in whole[-2:]] == ["report", "report"]
    assert [bool(result.hits) for result in whole[:90]] == [
        number % 60 < 50 and number % 40 <= 31 for number in range(90)
    ]


def test_it_asks_as_the_results_are_taken(client: Lookups, service: Running) -> None:
    taken: list[int] = []

    def signals() -> Iterator[Signal]:
        for number in range(100):
            taken.append(number)
            yield Signal("md5", number.to_bytes(16, "big"))

    results = client.look_up(signals(), batch=10)
    next(results)
    assert len(taken) == 10
    assert service.spool()


def test_a_digest_of_a_text_and_the_text_are_answered_alike(client: Lookups) -> None:
    text, digest = client.look_up([Signal("domain", b"bad.example"), Signal("domain-sha256", sha256("bad.example"))])
    assert (text.verdict.act, text.hits[0].entry) == (digest.verdict.act, digest.hits[0].entry)
    (word,) = client.look_up([Signal("keyword", sha256("word"))])
    assert word.hits[0].entry == "a keyword"


def test_it_says_what_it_may_ask(client: Lookups) -> None:
    assert {one.name: one.purpose for one in client.lists().lists} == {
        "known": "known",
        "good": "known-good",
        "junk": "negative",
    }


def test_a_wrong_key_and_a_wrong_address_are_said(service: Running) -> None:
    limits = Limits(tries=1)
    with pytest.raises(ClientError) as caught:
        list(Lookups(service.address, callers.make_key()[0], limits=limits).look_up([Signal("md5", bytes(16))]))
    assert caught.value.status == 401
    with pytest.raises(ClientError):
        list(Lookups(f"{service.address}/x", service.keys["hosting"]).look_up([Signal("md5", bytes(16))]))


def test_it_waits_as_the_service_asks(service: Running) -> None:
    service.admit("patient", per_second=1)
    until(lambda: service.ask("GET", "/api/lists", who="patient").status == 200)
    waited: list[float] = []
    found = Lookups(service.address, service.keys["patient"], limits=Limits(tries=2))
    found.http._sleep = waited.append
    assert len(list(found.look_up([Signal("md5", bytes(16))] * 3000))) == 3000, "one call is taken, however large"
    with pytest.raises(ClientError) as caught:
        list(found.look_up([Signal("md5", bytes(16))]))
    assert caught.value.status == 429
    assert caught.value.after > 2000
    assert waited == [], "it is more than a client waits by itself"


values = st.one_of(
    st.builds(Signal, st.just("pdq"), st.binary(min_size=32, max_size=32), st.none() | st.integers(0, 100)),
    st.builds(Signal, st.just("md5"), st.binary(min_size=16, max_size=16)),
    st.builds(Signal, st.sampled_from(["domain", "address"]), st.text(min_size=1, max_size=9).map(str.encode)),
    st.builds(Signal, st.sampled_from(["keyword", "wallet-sha256"]), st.binary(min_size=32, max_size=32)),
)


@given(st.lists(values, min_size=1, max_size=9))
def test_what_the_client_asks_is_what_the_service_takes(signals: list[Signal]) -> None:
    body = msgspec.msgpack.encode({"signals": [lookups._asked(signal) for signal in signals]})
    assert taking.understood(body, wire.MESSAGEPACK).signals == tuple(signals)


def document() -> dict[str, Any]:
    return msgspec.json.decode(openapi.document(ALL_ROUTES))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lookups.Reply, "Reply"),
        (lookups.Result, "Result"),
        (lookups.Verdict, "Verdict"),
        (lookups.Reason, "Reason"),
        (lookups.Ground, "Stand"),
        (lookups.Hit, "HitSaid"),
        (lookups.Votes, "Votes"),
        (lookups.ListState, "ListSaid"),
        (lookups.Lists, "ListsSaid"),
    ],
)
def test_the_clients_types_are_those_of_the_document(ours: type[msgspec.Struct], theirs: str) -> None:
    schema = document()["components"]["schemas"][theirs]
    assert set(ours.__struct_fields__) == set(schema["properties"]), "what the service says, the client has"
    needed = {field.name for field in msgspec.structs.fields(ours) if field.required}
    assert needed <= set(schema["required"]), "what the client must have is always said"


def test_the_document_names_every_call_and_nothing_that_is_not_there() -> None:
    described = {(method.upper(), path) for path, calls in document()["paths"].items() for method in calls}
    assert described == {(route.method, route.path) for route in ALL_ROUTES}
    assert len(ALL_ROUTES) == len(described)


@pytest.fixture
def key_file(service: Running, tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{service.keys['hosting']}\n")
    return path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_check_says_what_works(service: Running, key_file: Path) -> None:
    status, said = run("lookup", "check", service.address, "--key-file", key_file)
    assert status == 0, said
    assert said.count("works; ") == 3
    assert "known, release r1" in said
    assert "VAERN_TEST" in said


def test_match_asks_a_node(service: Running, key_file: Path) -> None:
    asked = ["match", "--node", service.address, "--key-file", key_file]
    status, said = run(*asked, sha256("two views").hex())
    assert (status, "report" in said, "entry id two views" in said) == (3, True, True)
    assert run(*asked, "00" * 16)[0] == 0
    status, said = run(*asked, "--json", f"pdq:{near(pdq('one view'), 2).hex()}")
    assert status == 3
    assert msgspec.json.decode(said)["result"]["hits"][0]["distance"] == 2
    assert run("match", "00" * 16)[0] == 2
    assert run("match", "--node", service.address, "00" * 16)[0] == 2


def test_a_key_is_made_shown_once_listed_and_ended(tmp_path: Path) -> None:
    for_service = ["--service", "hosting", "--country", "dk", "--lists", tmp_path]
    status, said = run("lookup", "key", "add", "Platform Æ", *for_service, "--match", "known", "--days", "3")
    assert (status, bool(callers.KEY.match(said.strip()))) == (0, True)
    (caller,) = callers.read(tmp_path / callers.FILE).callers
    assert (caller.organisation.country, caller.lists, caller.scopes) == ("DK", ("known",), (callers.ASK,))
    assert caller.purpose == ""
    assert run("lookup", "key", "add", "Other", *for_service, "--purpose", "two\nlines")[0] == 2
    assert run("lookup", "key", "add", "Other", *for_service, "--purpose", " night ")[0] == 0
    (caller, added) = callers.read(tmp_path / callers.FILE).callers
    assert added.purpose == "night"
    assert run("lookup", "key", "end", added.key, "--lists", tmp_path)[0] == 0
    assert stat.S_IMODE((tmp_path / callers.FILE).stat().st_mode) == 0o600
    status, listed = run("lookup", "key", "list", "--lists", tmp_path)
    assert "Platform Æ" in listed
    assert said.strip() not in listed
    assert run("lookup", "key", "end", "0" * 32, "--lists", tmp_path)[0] == 2
    assert run("lookup", "key", "end", caller.key, "--lists", tmp_path)[0] == 0
    assert callers.read(tmp_path / callers.FILE).callers == ()


def test_what_a_key_hears_is_said_and_listed(tmp_path: Path) -> None:
    write_lists(tmp_path)
    for_service = ["--service", "hosting", "--country", "DK", "--lists", tmp_path]
    add = ["lookup", "key", "add", "Platform", *for_service]
    ways = {
        (): {},
        ("--hears", "verdict"): {"*": "verdict"},
        ("--hears", "known=class", "--hears", "verdict"): {"known": "class", "*": "verdict"},
        ("--hold", "junk", "--hears", "*=class"): {"*": "class"},
    }
    for words, hears in ways.items():
        assert run(*add, *words)[0] == 0
        assert callers.read(tmp_path / callers.FILE).callers[-1].hears == hears
    _status, listed = run("lookup", "key", "list", "--lists", tmp_path)
    assert [line.split()[5:-1] for line in listed.splitlines()[1:-1]] == [
        ["all"],
        ["*=verdict"],
        ["*=verdict", "known=class"],
        ["*=class"],
    ]
    for words, says in [
        (["--hears", "nothing"], "'nothing' is none of verdict, class, all"),
        (["--hears", "knwon=verdict"], "there is no list 'knwon'"),
        (["--hears", "known=verdict", "--match", "good"], "it is not matched against 'known'"),
        (["--hears", "known=verdict", "--hold", "known"], "it may fetch the content of 'known'"),
        (["--hears", "verdict", "--hears", "class"], "says twice"),
    ]:
        status, said = run(*add, *words)
        assert (status, says in " ".join(said.split())) == (2, True), said
    assert len(callers.read(tmp_path / callers.FILE).callers) == len(ways), "what is refused makes no key"


def test_a_wrong_place_to_listen_is_said(tmp_path: Path) -> None:
    for bind in ("nowhere", "127.0.0.1:99999", "127.0.0.1:x"):
        assert run("lookup", "serve", "--lists", tmp_path, "--bind", bind)[0] == 2
    assert run("lookup", "serve", "--lists", tmp_path / "none")[0] == 2
