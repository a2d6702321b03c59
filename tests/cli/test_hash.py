from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import command, picture, values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from tests.cli.conftest import Cabinet

pytestmark = pytest.mark.once


def test_the_signals_are_those_of_hash_file(vaern: Callable[..., Result], cabinet: Cabinet) -> None:
    path = cabinet.media / "0.jpg"
    wanted = values(path)
    plain = vaern("hash", path)
    assert plain.exit_code == 0
    for kind, value in wanted.items():
        assert f"  {kind:7} {value}" in plain.stdout
    from_json = json.loads(vaern("hash", path, "--json").stdout)
    assert {signal["kind"]: signal["value"] for signal in from_json["signals"]} == wanted
    rows = list(csv.DictReader(io.StringIO(vaern("hash", path, "--csv").stdout)))
    assert {row["kind"]: row["value"] for row in rows} == wanted


def test_orientations_are_hashed_on_request(vaern: Callable[..., Result], cabinet: Cabinet) -> None:
    answer = json.loads(vaern("hash", cabinet.media / "0.jpg", "--json", "--orientations", 8).stdout)
    turned = [signal.get("orientation", "upright") for signal in answer["signals"] if signal["kind"] == "pdq"]
    assert len(turned) == len(set(turned)) == 8


def test_folders_and_archives_are_looked_into(vaern: Callable[..., Result], cabinet: Cabinet) -> None:
    result = vaern("hash", cabinet.media, "--json")
    names = [json.loads(line)["name"] for line in result.stdout.splitlines()]
    assert sorted(names) == sorted([*map(str, cabinet.media.iterdir()), f"{cabinet.media / 'box.zip'}!/inner/1.jpg"])


def test_an_unreadable_file_is_named_and_told_by_the_status(vaern: Callable[..., Result], tmp_path: Path) -> None:
    picture(0).save(tmp_path / "whole.jpg")
    (tmp_path / "broken.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:40])
    result = vaern("hash", tmp_path)
    assert result.exit_code == 4
    assert "  unreadable: " in result.stdout


def test_a_table_cell_is_no_formula(vaern: Callable[..., Result], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as box:
        box.writestr("x", "x")
    (tmp_path / "=1+1.txt").write_text("x")
    rows = csv.DictReader(io.StringIO(vaern("hash", tmp_path, "--csv").stdout))
    assert not [row for row in rows if row["name"].startswith("=")]


def test_what_is_not_there_is_said(vaern: Callable[..., Result], tmp_path: Path) -> None:
    result = vaern("hash", tmp_path / "nothing")
    assert result.exit_code == 2
    assert str(tmp_path / "nothing") in result.stderr


def test_a_reader_that_has_seen_enough_is_no_error(cabinet: Cabinet) -> None:
    with subprocess.Popen(
        command("hash", cabinet.media, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


def test_what_was_hashed_or_found_is_a_list(vaern: Callable[..., Result], cabinet: Cabinet, tmp_path: Path) -> None:
    """As CSV, as JSON, and as the findings of a scan: the same entry for each file."""
    path = cabinet.media / "0.jpg"
    (tmp_path / "a.csv").write_text(vaern("hash", path, "--csv").stdout)
    (tmp_path / "a.json").write_text(vaern("hash", path, "--json").stdout)
    vaern("scan", path, "--list", cabinet.known, "--out", tmp_path / "results", "--orientations", 1)
    for source in (tmp_path / "a.csv", tmp_path / "a.json", tmp_path / "results/findings.jsonl"):
        folder = tmp_path / f"{source.name}.list"
        built = vaern("lists", "build", folder, "--from", source)
        assert built.exit_code == 0, built.output
        for kind, value in values(path).items():
            assert vaern("match", f"{kind}:{value}", "--list", folder).exit_code == 3, (source, kind)


def test_what_is_not_looked_into_is_said_and_counted(vaern: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(50))
    result = vaern("hash", path)
    assert "not looked into: a RAR archive" in result.stdout
    assert result.exit_code == 5
