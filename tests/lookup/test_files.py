"""A repository over HTTP: what lies there, any part of it, and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.trust.alliance import NAME, Alliance, changed, held

from vaern.client.mirrors import mirror_at
from vaern.lookup.files import Files
from vaern.trust.faults import TrustError
from vaern.trust.fetching import Source, fetch
from vaern.trust.mirrors import Mirror

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = bytes(range(256)) * 3
TARGET = f"/targets/list/part/pdq/{hashlib.sha256(BODY).hexdigest()}.words.bin"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("repository")
    for path, body in ((TARGET, BODY), ("/metadata/1.root.json", b"{}"), ("/metadata/timestamp.json", b"[]")):
        place = made / path[1:]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    for path in ("proposed/2.root.json", ".lock", "secret.json", "metadata/.hidden.json", "metadata/key.pem"):
        (made / path).parent.mkdir(exist_ok=True)
        (made / path).write_text("secret")
    (made.parent / "outside.json").write_text("secret")
    (made / "metadata" / "9.link.json").symlink_to(made.parent / "outside.json")
    (made / "targets" / "linked").symlink_to(made / "proposed")
    return made


def ask(folder: Path, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("no body is read")

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named}
    asyncio.run(Files(folder)(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(one["body"] for one in sent[1:])


def test_a_file_is_served_whole_and_fixed_names_for_ever(folder: Path) -> None:
    status, headers, body = ask(folder, TARGET)
    assert (status, body) == (200, BODY)
    assert headers["etag"] == f'"{hashlib.sha256(BODY).hexdigest()}"'
    assert "immutable" in headers["cache-control"]
    assert "immutable" in ask(folder, "/metadata/1.root.json")[1]["cache-control"]
    assert ask(folder, "/metadata/timestamp.json")[1]["cache-control"] == "no-cache"
    assert ask(folder, "/metadata/2.root.json")[1]["cache-control"] == "no-store"  # there may be one in a minute


@given(first=st.none() | st.integers(0, 900), last=st.none() | st.integers(0, 900))
def test_a_range_is_that_slice(folder: Path, first: int | None, last: int | None) -> None:
    wanted = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    if first is None:
        expected = BODY[len(BODY) - min(last or 0, len(BODY)) :] if last is not None else BODY
    else:
        expected = BODY[first : None if last is None else last + 1]
    status, headers, body = ask(folder, TARGET, range=wanted)
    if (first, last) == (None, None):
        assert (status, body) == (200, BODY)
    elif expected:
        assert (status, body) == (206, expected)
        assert headers["content-length"] == str(len(expected))
        start = len(BODY) - len(expected) if first is None else first
        assert headers["content-range"] == f"bytes {start}-{start + len(expected) - 1}/{len(BODY)}"
    else:
        assert (status, body) == (416, b"")


def test_who_has_it_is_told_so_and_who_had_another_gets_all(folder: Path) -> None:
    tag = ask(folder, TARGET)[1]["etag"]
    assert ask(folder, TARGET, if_none_match=f'"x", {tag}')[::2] == (304, b"")
    assert ask(folder, TARGET, range="bytes=1-2", if_range=tag)[::2] == (206, BODY[1:3])
    assert ask(folder, TARGET, range="bytes=1-2", if_range='"other"')[::2] == (200, BODY)
    status, headers, body = ask(folder, TARGET, "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(BODY)), b"")


def test_nothing_is_taken(folder: Path) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        status, headers, _ = ask(folder, TARGET, method)
        assert (status, headers["allow"]) == (405, "GET, HEAD")


OUT = (
    "/",
    "/metadata/",
    "/proposed/2.root.json",
    "/.lock",
    "/secret.json",
    "/metadata/.hidden.json",
    "/metadata/key.pem",
    "/metadata/9.link.json",
    "/metadata/../secret.json",
    "/targets/../proposed/2.root.json",
    "/targets/linked/2.root.json",
    "/targets/list/../../secret.json",
    "/targets/list/%2e%2e/secret.json",
    "//etc/passwd",
    "/metadata//1.root.json",
    "/metadata/1.root.json\0",
    "/metadata/1.root.json\n",
)


@pytest.mark.parametrize("path", OUT)
def test_nothing_else_is_there(folder: Path, path: str) -> None:
    assert ask(folder, path)[::2] == (404, b"")


@given(st.text(st.sampled_from("./\\%\0 metadatrgsonjlink1pd2"), max_size=40).map(lambda text: f"/{text}"))
def test_no_path_leads_to_a_secret(folder: Path, path: str) -> None:
    assert b"secret" not in ask(folder, path)[2]


class Served:
    """A repository as the command serves it."""

    def __init__(self, folder: Path) -> None:
        program = str(Path(sys.executable).with_name("vaern"))
        command = [program, "lists", "serve", str(folder), "--bind", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout
        said = self.process.stdout.readline()
        assert "is served" in said, said
        self.address = said.partition("served: ")[2].split()[0]

    def end(self) -> int:
        self.process.terminate()
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def alliance(tmp_path: Path) -> Alliance:
    made = Alliance(tmp_path / "alliance")
    made.begin()
    changed(tmp_path / "list", range(10))
    made.release(tmp_path / "list")
    return made


@pytest.fixture
def served(alliance: Alliance) -> Iterator[Served]:
    found = Served(alliance.repository.folder)
    yield found
    assert found.end() == 0


@pytest.mark.once
def test_a_subscriber_fetches_over_http(served: Served, alliance: Alliance, tmp_path: Path) -> None:
    source = Source(Mirror(mirror_at(served.address)), served.address, NAME, alliance.root)
    assert fetch(tmp_path / "client", source).files > 10
    assert held(tmp_path / "client") == set(range(10))
    changed(tmp_path / "list", [10], withdrawn=[2])
    alliance.release(tmp_path / "list")
    fetch(tmp_path / "client", source)
    assert held(tmp_path / "client") == set(range(11)) - {2}
    for path in alliance.repository.targets.glob("*/*/*.entries.jsonl"):
        path.unlink()
        path.write_bytes(b"something else")
    with pytest.raises(TrustError, match="a file is not what was signed"):
        fetch(tmp_path / "another", source)
    assert held(tmp_path / "client") == set(range(11)) - {2}


@pytest.mark.once
def test_a_folder_that_is_no_repository_is_not_served(tmp_path: Path) -> None:
    program = str(Path(sys.executable).with_name("vaern"))
    done = subprocess.run([program, "lists", "serve", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is no repository" in done.stderr
