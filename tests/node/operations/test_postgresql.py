"""Which PostgreSQL runs the embedded server: the newest that is here, and none that lacks fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vaern.node.runtime import postgresql
from vaern.node.runtime.configuration_texts import ConfigurationError
from vaern.node.runtime.postgresql import LEAST_MINOR, MAJOR, server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Path]]:
    """Let a system have servers: each a program that says its version."""

    def put_one(folder: str, says: str) -> Path:
        programs = tmp_path / folder / "bin"
        programs.mkdir(parents=True)
        for name in ("postgres", "initdb"):
            (programs / name).write_text(f"#!/bin/sh\n{says}\n")
            (programs / name).chmod(0o755)
        return programs

    monkeypatch.setattr(postgresql, "_INSTALLED", (tmp_path,))
    server.cache_clear()
    yield put_one
    server.cache_clear()


def says(major: int, minor: int) -> str:
    return f"echo 'postgres (PostgreSQL) {major}.{minor} (Debian {major}.{minor}-1)'"


def without_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql.importlib.util, "find_spec", lambda _name: None)


def test_the_wheel_serves_where_the_system_has_nothing_newer(put: Callable[[str, str], Path]) -> None:
    put(str(MAJOR), says(MAJOR, 0))
    found = server()
    assert found.ours
    assert found.version >= (MAJOR, LEAST_MINOR)


def test_a_newer_minor_version_of_the_system_serves(put: Callable[[str, str], Path]) -> None:
    programs = put(str(MAJOR), says(MAJOR, 99))
    assert (server().folder, server().version) == (programs, (MAJOR, 99))


@pytest.mark.parametrize("said", [says(MAJOR + 1, 1), "exit 3", "echo nothing", "kill -9 $$"])
def test_another_major_version_and_what_does_not_run_are_left_alone(put: Callable[[str, str], Path], said: str) -> None:
    put(str(MAJOR), said)
    assert server().ours


def test_one_that_lacks_fixes_is_refused(put: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    without_wheel(monkeypatch)
    with pytest.raises(ConfigurationError, match="not installed"):
        server()
    server.cache_clear()
    programs = put(str(MAJOR), says(MAJOR, LEAST_MINOR - 1))
    with pytest.raises(ConfigurationError, match=f"{MAJOR}.{LEAST_MINOR} or later") as told:
        server()
    assert str(programs) in str(told.value)
    server.cache_clear()
    put(f"x/{MAJOR}", says(MAJOR, LEAST_MINOR))  # not where a system puts it
    with pytest.raises(ConfigurationError):
        server()


def test_the_systems_server_alone_will_do(put: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    without_wheel(monkeypatch)
    programs = put(str(MAJOR), says(MAJOR, LEAST_MINOR))
    assert server().folder == programs
    assert not server().ours
