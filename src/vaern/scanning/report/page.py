"""`report.html`: one page that needs nothing else, written from the files of a results folder."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
import msgspec
from markupsafe import Markup

import vaern
from vaern.formats import findings
from vaern.records import VERDICTS
from vaern.scanning.output_files import replacing
from vaern.scanning.report import content, display
from vaern.scanning.report.reasons import reasons_of
from vaern.scanning.report.rows import Row
from vaern.scanning.report.run import Run, checksums
from vaern.scanning.report.tally import LISTED, Tally
from vaern.scanning.report.texts import LANGUAGES, plain, spoken, text, texts

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 20_000
"""Rows that the page holds at most."""

PLAIN_ROWS = 500
"""Rows that are there without JavaScript."""

SECTIONS = (
    ("by-verdict", "by_verdict"),
    ("by-list", "by_list"),
    ("by-folder", "by_folder"),
    ("distances", "distances"),
    ("dates", "dates"),
    ("types", "types"),
    ("unreadable", "unreadable"),
    ("unopened", "unopened"),
    ("skipped", "skipped"),
    ("findings", "findings"),
    ("method", "method"),
    ("record", "record"),
)


def write_report(results: Path, *, rows: int = ROWS, tally: Tally | None = None) -> Path:
    """Write `report.html` beside the findings, replacing an older one only once the new one is complete.

    Args:
        results: the folder of a scan.
        rows: files in the table at most.
        tally: of all findings, for who has it: then they are not read again.

    Raises:
        OSError: a file is missing or cannot be read or written.
        ValueError: a file is not what its name says.
    """
    run = Run.read(results)
    tally = tally or Tally.of(findings.read(results / "findings.jsonl"), run.known_good, rows)
    page = _environment().get_template("page.html").render(_context(run, tally, results))
    path = results / "report.html"
    with replacing(path) as stream:
        stream.write(page.encode())
    return path


def _context(run: Run, tally: Tally, results: Path) -> dict[str, Any]:
    sums = checksums(results)
    run_id = run.text("run") or dict(sums)["run.json"][:12]
    finished = display.moment(run.text("finished"))
    synthetic = run.facts.get("synthetic") is True
    style = _asset("style.css") + _running_heads(f"Værn  {run_id}", finished, synthetic=synthetic)
    script = _asset("script.js")
    return {
        **content.of_run(run, run_id),
        **content.of_findings(tally),
        "policy": f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'",
        "style": Markup(style),  # noqa: S704 - our own file, and values that _running_heads escapes
        "script": Markup(script),  # noqa: S704 - our own file
        "data": _data(tally, run_id),
        "run_id": run_id,
        "finished": finished,
        "synthetic": synthetic,
        "lists": content.lists(run, tally),
        "checksums": sums,
        "tally": tally,
        "total": tally.files.total(),
        "version": vaern.__version__,
    }


def _data(tally: Tally, run_id: str) -> Markup:
    """What the script reads, as JSON that cannot end its element."""
    keys = [key for key in texts() if key.startswith(("verdict_", "status"))]
    keys += ["more_hits", "checked_at", "taken", "modified", "unbordered"]
    keys += ["rotated-90", "rotated-180", "rotated-270", "mirrored", "flipped", "transposed", "transverse"]
    data = msgspec.json.encode(
        {
            "columns": Row.__struct_fields__,
            "titles": {language: f"{plain('title', language)} {run_id}" for language in LANGUAGES},
            "words": {key: texts()[key] for key in keys},
            "rows": tally.kept,
        }
    ).decode()
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(data)  # noqa: S704 - JSON without a sign that HTML knows


def _running_heads(left: str, right: str, *, synthetic: bool) -> str:
    """CSS for the head and foot of every printed page."""
    middle = "SYNTHETIC · SYNTETISK" if synthetic else ""
    look = 'font: 7.5pt "Helvetica Neue", "Segoe UI", "Liberation Sans", Arial, sans-serif; color: #333;'
    boxes = {"top-left": left, "top-center": middle, "top-right": right}
    heads = "".join(f"@{box} {{ content: {_css_string(value)}; {look} }}" for box, value in boxes.items())
    return f'\n@page {{ {heads}@bottom-right {{ content: counter(page) " / " counter(pages); {look} }} }}\n'


def _css_string(value: str) -> str:
    """A CSS string in which nothing but letters and digits of ASCII stands for itself."""
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in value) + '"'


def _source(inline: str) -> str:
    """The policy's name for an inline style or script: the hash of exactly these bytes."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("vaern.scanning.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": display.number,
        "percent": display.percent,
        "reasons": lambda reason: spoken(map(display.visible, reasons_of(reason))),
        "size": display.size,
        "spoken": spoken,
        "visible": display.visible,
    }
    environment.globals |= {
        "t": text,
        "word": word,
        "plain": plain,
        "texts": texts(),
        "languages": LANGUAGES,
        "names": {"en": "English", "da": "Dansk"},
        "verdicts": VERDICTS,
        "listed": LISTED,
        "sections": SECTIONS,
        "plain_rows": PLAIN_ROWS,
    }
    return environment


def word(verdict: str) -> Markup:
    """A verdict in every language."""
    return text(f"verdict_{verdict.replace(' ', '_')}")


@cache
def _asset(name: str) -> str:
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]
