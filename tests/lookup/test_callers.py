"""Who may ask: the file as a whole, or the one before it; secrets in constant time; keys that end."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import stat
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lookup.strategies import policies

from vaern.lookup import callers as module
from vaern.lookup.callers import (
    FILE,
    SCOPES,
    Asker,
    Basic,
    Caller,
    Callers,
    CallersError,
    Doorkeeper,
    faults,
    make_key,
    read,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@given(policies, st.lists(st.sampled_from(sorted(SCOPES)), unique=True).map(tuple), st.integers(1, 9), st.booleans())
def test_what_is_written_is_read(tmp_path_factory, policy, scopes, per_second, coarse) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("lists") / FILE
    _, caller = make_key()
    caller = msgspec.structs.replace(
        caller,
        policy=policy,
        scopes=scopes,
        per_second=per_second,
        coarse=coarse,
        organisation=Asker(name="Æble", country="DK"),
    )
    write(path, Callers(callers=(caller,)))
    assert read(path).callers == (caller,)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == [FILE]


def test_a_file_that_is_not_there_lets_nobody_in(tmp_path: Path) -> None:
    text, _ = make_key()
    assert Doorkeeper(tmp_path / FILE).by_key(text, NOW) is None


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Caller, Doorkeeper]:
    monkeypatch.setattr(module, "LOOK_EVERY", 0.0)
    text, caller = make_key()
    caller = msgspec.structs.replace(
        caller, basic=Basic("platform", digest("a password")), expires_at="2026-11-29T13:00:00+00:00"
    )
    write(tmp_path / FILE, Callers(callers=(caller, make_key()[1])))
    return text, caller, Doorkeeper(tmp_path / FILE)


def test_a_key_by_every_door(door: tuple[str, Caller, Doorkeeper]) -> None:
    text, caller, keeper = door
    assert keeper.by_key(text, NOW) == caller
    assert keeper.by_authorization(f"Bearer {text}", NOW) == caller
    assert keeper.by_authorization(f"bearer  {text} ", NOW) == caller
    assert keeper.by_authorization(basic("whoever", text), NOW) == caller
    assert keeper.by_authorization(basic("platform", "a password"), NOW) == caller


def test_nothing_else_opens(door: tuple[str, Caller, Doorkeeper]) -> None:
    text, caller, keeper = door
    another, _ = make_key()
    wrong = [
        "",
        "Bearer",
        f"Bearer {text[:-1]}",
        f"Bearer {text[:-1]}{'A' if text[-1] != 'A' else 'B'}",
        f"Bearer {another}",
        f"Bearer vaern_{caller.key}_{another[-43:]}",
        f"Digest {text}",
        basic("platform", "another password"),
        basic("nobody", "a password"),
        basic("", ""),
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
    ]
    assert [header for header in wrong if keeper.by_authorization(header, NOW)] == []


@given(header=st.text(max_size=200))
def test_no_header_is_a_fault_of_ours(door_of_nobody: Doorkeeper, header: str) -> None:
    for prefix in ("", "Bearer ", "Basic "):
        assert door_of_nobody.by_authorization(prefix + header, NOW) is None


@pytest.fixture(scope="module")
def door_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Doorkeeper:
    return Doorkeeper(tmp_path_factory.mktemp("nobody") / FILE)


def test_a_key_ends(door: tuple[str, Caller, Doorkeeper]) -> None:
    text, _, keeper = door
    end = dt.datetime(2026, 11, 29, 13, tzinfo=dt.UTC)
    assert keeper.by_key(text, end - dt.timedelta(microseconds=1))
    assert keeper.by_key(text, end) is None
    assert keeper.by_authorization(basic("platform", "a password"), end) is None


def test_a_key_that_is_taken_out_opens_no_more_and_a_new_one_does(door: tuple[str, Caller, Doorkeeper]) -> None:
    text, _, keeper = door
    new, caller = make_key()
    write(keeper.path, Callers(callers=(caller,)))
    assert keeper.by_key(text, NOW) is None
    assert keeper.by_key(new, NOW) == caller


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"format": "vaern-callers/9"}', b'{"callers": [{"key": "1"}]}', b'{"format": "\xff"}']
)
def test_a_broken_file_changes_nothing_and_is_named(door: tuple[str, Caller, Doorkeeper], data: bytes) -> None:
    text, caller, keeper = door
    keeper.path.write_bytes(data)
    assert keeper.by_key(text, NOW) == caller
    keeper.look()
    assert str(keeper.path) in keeper.fault, "also when it is looked at again"
    write(keeper.path, Callers(callers=(caller,)))
    keeper.look()
    assert keeper.fault == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "1"}, "key"),
        ({"digest": "1"}, "digest"),
        ({"scopes": ("lookup.all",)}, "scope"),
        ({"per_second": 0}, "per_second"),
        ({"per_day": -1}, "per_second"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": "2026-11-29T13:00:00"}, "offset"),
        ({"basic": Basic("a:b", "0" * 64)}, "user"),
        ({"basic": Basic("a", "0")}, "digest"),
    ],
    ids=str,
)
def test_every_fault_has_its_place(tmp_path: Path, change: dict, says: str) -> None:
    wrong = msgspec.structs.replace(make_key()[1], **change)
    found = faults(Callers(callers=(make_key()[1], wrong)))
    assert len(found) == 1
    assert found[0].startswith("callers, row 2: ")
    assert says in found[0]
    with pytest.raises(CallersError):
        write(tmp_path / FILE, Callers(callers=(make_key()[1], wrong)))
    assert not list(tmp_path.iterdir())


def test_a_key_stands_once() -> None:
    _, caller = make_key()
    assert faults(Callers(callers=(caller, caller)))


def test_secrets_are_compared_whether_the_key_exists_or_not(
    door: tuple[str, Caller, Doorkeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    monkeypatch.setattr(module.hmac, "compare_digest", lambda *sides: compared.append([len(s) for s in sides]))
    _, _, keeper = door
    for text in (door[0], make_key()[0], "nonsense", ""):
        keeper.by_key(text, NOW)
    keeper.by_password("platform", "x", NOW)
    keeper.by_password("nobody", "x", NOW)
    assert compared == [[32, 32]] * 6
