"""A document goes in, another comes out, and what is left out is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from vaern.cli.commands import cli

if TYPE_CHECKING:
    from pathlib import Path

XML = """<cyberTipline reference="R-1"><report><incidentSummary>
<incidentType>Online Enticement of Children for Sexual Acts</incidentType>
<incidentDateTime>2026-11-01T10:00:00Z</incidentDateTime>
</incidentSummary><reporter><reportingPerson><email>desk@platform.example</email></reportingPerson></reporter>
<additionalInfo>Words</additionalInfo></report></cyberTipline>"""


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["report", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_from_one_kind_to_another(tmp_path: Path) -> None:
    (tmp_path / "came.xml").write_text(XML)
    code, text, _said = run("read", tmp_path / "came.xml")
    assert code == 0
    assert json.loads(text)["narrative"] == "Words"
    (tmp_path / "arrival.json").write_text(text)
    out = tmp_path / "report.jsonld"
    code, _text, said = run(
        "write", tmp_path / "arrival.json", "--as", "case", "--organisation", "Laboratory", "--out", out
    )
    assert code == 0
    assert "left out: contact" in said
    assert "Words" in out.read_text()
    code, _text, said = run("write", tmp_path / "arrival.json", "--as", "xarf", "--organisation", "Laboratory")
    assert code != 0
    assert "locations: XARF needs one complete address" in said


def test_what_is_no_report_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    assert run("read", tmp_path / "x.json")[0] != 0
    assert run("write", tmp_path / "x.json", "--as", "case", "--organisation", "L")[0] != 0
    (tmp_path / "came.xml").write_text(XML)
    assert run("read", tmp_path / "came.xml", "--number", 2)[0] != 0
