"""A document goes in, another comes out, and what is left out is said."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from vaern.cli.commands import cli

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


HOW_TO = Path(__file__).parents[2] / "docs/how-to/read-another-systems-export.md"


def test_what_another_system_exports_is_read_by_a_mapping_as_the_page_says(tmp_path: Path) -> None:
    export, mapping = re.findall(r"```json\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    (tmp_path / "export.json").write_text(export)
    (tmp_path / "portal.json").write_text(mapping)
    code, text, said = run("read", "--mapping", tmp_path / "portal.json", tmp_path / "export.json")
    assert (code, said) == (0, "")
    report = json.loads(text)
    assert (report["document"], report["reference"], report["offence"]) == ("mapped", "N-17", "enticement")
    assert report["incident_at"] == "2026-11-24T08:30:00Z"
    assert report["locations"] == [{"url": "https://chat.example/room/9"}]
    assert report["accounts"][0]["ip_events"] == [
        {"ip": "192.0.2.7", "port": 40123, "at": "2026-11-24T08:30:00Z", "event": "login"}
    ]
    assert report["files"][0]["viewed"] == "not"
    assert report["unknown"] == [["officer", "17"]]
    (tmp_path / "export.json").write_text(export.replace('"kind": 4', '"kind": 9'))
    code, text, said = run("read", "--mapping", tmp_path / "portal.json", tmp_path / "export.json")
    assert (code, "cases/kind: is not in the mapping's table" in said) == (0, True)
    assert ["kind", "9"] in json.loads(text)["unknown"]


def test_a_mapping_that_cannot_be_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"shape": "json", "report": {"to": "report", "fields": [{"to": "victim"}]}}')
    code, _text, said = run("read", "--mapping", tmp_path / "m.json", tmp_path / "m.json")
    assert code != 0
    assert "report.fields[0].to: expected one of reference" in said
