"""`vaern report send`: the findings of a scan become a report on a node, once, without the names of files."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from tests.node.factories import make_key, make_organisation, make_person

from vaern.cli import report as command
from vaern.cli.commands import cli
from vaern.formats.findings import encode
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Report
from vaern.records import Finding, Match, Media, Signal

VERDICTS = ("known", "near", "new", "not media", "known")


@pytest.fixture
def results(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps({"format": 1, "run": "0a1b2c", "engine": "0.1.0"}))
    with (folder / "findings.jsonl").open("wb") as lines:
        for number, verdict in enumerate(VERDICTS):
            signals = (Signal("sha256", bytes([number]) * 32), Signal("pdq", bytes([number, 255] * 16), quality=90))
            match = (Match("sha256", "00", f"entry {number}", 0, "A list", "1"),) if verdict == "known" else ()
            lines.write(encode(Finding(Media(f"secret name {number}.jpg", 10, "image/jpeg", signals), verdict, match)))
    return folder


def run(*arguments):
    return CliRunner().invoke(cli, ["report", "send", *map(str, arguments)])


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("vaern_x_y\n")
    return path


def test_a_dry_run_shows_what_would_be_sent_and_no_name(results, key_file):
    done = run(results, "--to", "https://node.example", "--key-file", key_file, "--dry-run")
    assert done.exit_code == 0, done.output
    shown = json.loads(done.output.splitlines()[1])
    assert [file["signals"][0]["value"][:2] for file in shown["files"]] == ["00", "01", "04"]
    assert shown["files"][0]["match_entry"] == "entry 0"
    assert "secret name" not in done.output
    assert not (results / command.SENT).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "http://node.example"], "https://node.example"),
        (["--to", "https://node.example:x"], "https://node.example"),
        (["--to", "https://node.example", "--reason", "ø"], "reason"),
        (["--to", "https://node.example", "--desk", "a b"], "identifier"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(results, key_file, arguments, said):
    done = run(results, "--key-file", key_file, *arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_arrives_once_in_parts_also_after_an_interruption(results, tmp_path, live_server, monkeypatch):
    monkeypatch.setattr(command, "MOST_FILES", 2)
    desk, moderator = make_organisation(OrganisationKind.HOTLINE), make_person(Role.MODERATOR)
    _, key = make_key(moderator, Permission.REPORT_SEND)
    key_file = tmp_path / "key"
    key_file.write_text(key)
    options = ["--to", live_server.url, "--key-file", key_file, "--desk", desk.pk, "--synthetic", "--danger"]
    assert run(results, *options).exit_code == 0
    (results / command.SENT).unlink()  # the note of what was sent is lost: the node knows
    done = run(results, *options)
    assert done.exit_code == 0, done.output
    assert "3 files in 2 reports" in done.output
    found = list(Report.everywhere.order_by("sender_reference"))
    assert [report.sender_reference for report in found] == ["scan-0a1b2c-1", "scan-0a1b2c-2"]
    assert [report.items_total for report in found] == [2, 1]
    assert all(report.urgent and report.document == "scan" and report.synthetic for report in found)
    files = [file for report in found for file in arrival_of(report).files]
    assert {file.name for file in files} == {""}
    assert len(json.loads((results / command.SENT).read_text())) == 2
    changed = run(results, *options, "--words", "more")
    assert changed.exit_code == 0, "what is noted as sent is not sent again"
    (results / command.SENT).unlink()
    refused = run(results, *options, "--words", "more")
    assert refused.exit_code == 2
    assert "This reference belongs to another report" in refused.output
