"""`vaern bag verify`: one sentence for each thing that is wrong, and an exit status that a script can use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tests.formats.stamping import Authority

from vaern.cli.commands import cli
from vaern.formats import custody, timestamps
from vaern.formats.bagit_write import TAG_MANIFEST, bag, zipped
from vaern.formats.evidence_bag import FORMAT, STAMP

if TYPE_CHECKING:
    from pathlib import Path

FACTS = {"description": "Example"}


def register(breaks: list[str] | None = None) -> bytes:
    """A register of one piece of evidence with two events."""
    first = custody.link("e1", None, "registered", "2031-04-01T00:00:00Z", "x", {"facts": custody.digest(FACTS)}, "00")
    second = custody.link("e1", first, "moved", "2031-04-02T00:00:00Z", "x", {"place": "Store"}, "01")
    chain = [{"event": one.event, "hash": one.hash} for one in (first, second)]
    one = {"id": "e1", "number": "E1", "facts": FACTS, "custody": chain, "breaks": breaks or []}
    return json.dumps({"format": FORMAT, "case": {"code": "ABCD-EFGH"}, "evidence": [one]}).encode()


def ran(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(cli, ["bag", "verify", *map(str, arguments)])
    return found.exit_code, found.output


@pytest.fixture
def files() -> dict[str, bytes]:
    return bag({"register.json": register()})


def test_a_valid_bag(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "bag.zip").write_bytes(zipped("bag", files))
    code, output = ran(tmp_path / "bag.zip")
    assert code == 0
    assert "Register of case ABCD-EFGH: 1 piece of evidence, 2 events of custody." in output
    assert "Time stamp: the bag has no time stamp; it is valid without one." in output
    assert "The bag is valid: 1 file," in output


def test_everything_that_is_wrong_is_named(files: dict[str, bytes], tmp_path: Path) -> None:
    files["data/register.json"] = files["data/register.json"].replace(b"Store", b"Elsewhere")
    files["data/more"] = b"x"
    (tmp_path / "bag.zip").write_bytes(zipped("bag", files))
    code, output = ran(tmp_path / "bag.zip")
    assert code == 1
    assert "data/register.json: error: is not what manifest-sha256.txt says on line 1: its digest differs" in output
    assert "data/more: error: is not listed in manifest-sha256.txt" in output
    assert "E1: event 2 was changed: its hash is not that of what it says" in output
    assert "The bag is NOT valid" in output


def test_a_break_that_the_exporter_knew_of_is_told(tmp_path: Path) -> None:
    files = bag({"register.json": register(["event 3 is missing"])})
    (tmp_path / "bag.zip").write_bytes(zipped("bag", files))
    assert ran(tmp_path / "bag.zip")[0] == 1


@pytest.mark.parametrize(
    "content", [b"[", b'{"format": "vaern-evidence/1"}', b'{"format":"vaern-evidence/1","evidence":[1]}']
)
def test_a_register_that_is_none_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bag.zip").write_bytes(zipped("bag", bag({"register.json": content})))
    code, output = ran(tmp_path / "bag.zip")
    assert (code, "register.json is no" in output) == (1, True)


def test_a_bag_of_somebody_else_has_no_register(tmp_path: Path) -> None:
    (tmp_path / "bag.zip").write_bytes(zipped("bag", bag({"register.json": b'{"format": "other"}', "x": b"y"})))
    code, output = ran(tmp_path / "bag.zip", "--json")
    found = json.loads(output)
    assert (code, found["state"], found["evidence"], found["time_stamp"]) == (0, "valid", 0, None)
    assert found["bag"]["files"] == 2


def test_the_time_stamp_is_checked_against_given_certificates(files: dict[str, bytes], tmp_path: Path) -> None:
    service, other = Authority(tmp_path / "one"), Authority(tmp_path / "other")
    files[STAMP] = service.answer(timestamps.request(files[TAG_MANIFEST]).raw)
    (tmp_path / "bag.zip").write_bytes(zipped("bag", files))
    code, output = ran(tmp_path / "bag.zip", "--certificates", service.folder / "ca.pem")
    assert code == 0
    assert "UTC, give or take 1.5 s, by CN=Example Time Stamps" in output
    code, output = ran(tmp_path / "bag.zip", "--certificates", other.folder / "ca.pem")
    assert code == 1
    assert "Time stamp: no way leads from its certificate" in output
    code, output = ran(tmp_path / "bag.zip")
    assert (code, "no certificate of the service was given" in output) == (0, True)


def test_what_is_no_bag_cannot_be_run(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    assert ran(tmp_path / "x")[0] == 2
    assert ran(tmp_path / "absent")[0] == 2
    (tmp_path / "empty").mkdir()
    assert ran(tmp_path / "empty")[0] == 1
