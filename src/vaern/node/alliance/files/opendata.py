"""Released figures as files: JSON, CSV (RFC 4180), and a Frictionless data package that describes them. Pure.

The same release gives the same bytes.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.formats.csv_write import CsvWriter
from vaern.node.alliance.rules import definitions, frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from vaern.node.alliance.rules.figures import Figure, Promise, Published

SUPPRESSED = "suppressed"
"""The sign of a number that is left out, in every file."""

TERMS = {
    "computed": "Computed from the ledger of the node by the definition.",
    "declared": "Declared by the member itself; the node has not computed it.",
    SUPPRESSED: "Left out. Either it is 1, 2, 3 or 4, or it would let somebody work out such a number. It may be any "
    "number, zero too; it is not said which of the two reasons holds.",
    "not_computable": "There is no number; `why` says why. It is never guessed.",
}
ROWS = "A member's code; `all`: everything together; `other`: what belongs to no member of the alliance."

FIGURES = (
    ("indicator", "string", "Code of the indicator; defined in definitions.csv."),
    ("row", "string", ROWS),
    ("period", "string", "2026, 2026-Q3 or 2026-07, in UTC."),
    ("status", "string", "; ".join(f"{key}: {text}" for key, text in TERMS.items())),
    ("value", "number", "In the unit of the indicator; empty where there is none."),
    ("numerator", "integer", "Of a share: those that fulfil it."),
    ("denominator", "integer", "Of a share: all that were counted; of a median: how many were answered."),
    ("why", "string", "Why there is none, as a code; of a declared number its source."),
)
DEFINITIONS = (
    ("indicator", "string", "Code of the indicator."),
    ("language", "string", "en or da."),
    ("name", "string", "What people call it."),
    ("question", "string", "What it answers."),
    ("unit", "string", "Of its values."),
    ("kind", "string", "count, stock, growth, share or median."),
    ("formula", "string", "How it is computed."),
    ("population", "string", "What is counted."),
    ("period", "string", "By what day something is in a period."),
    ("exclusions", "string", "What is not counted."),
    ("weakness", "string", "What is known to be weak about it."),
    ("beside", "string", "The indicator to be read beside it: quality beside speed."),
    ("version", "string", "Of the definitions."),
)
COMMITMENTS = (
    ("member", "string", "The member's code."),
    ("goal", "string", "Code of the operational goal."),
    ("version", "integer", "Number of the published version of the commitment."),
    ("obligation", "string", "To what the member commits itself."),
    ("requirement", "string", "What that asks for."),
    ("target", "string", "The target in words."),
    ("indicator", "string", "By what it is measured; empty for a number of the member's own."),
    ("target_value", "number", "What is to be reached."),
    ("unit", "string", "Of the target."),
    ("direction", "string", "at_least or at_most."),
    ("due", "date", "By when."),
    ("baseline", "number", "Where the target starts from; a count of 1 to 4 is left out."),
    ("standing", "string", "met, on_track, behind, overdue or not_computable, by the figures of this release alone."),
    ("why", "string", "Why the standing is not computable."),
    ("value", "number", "The last value that this release tells."),
    ("gap", "number", "What is missing, in the unit of the target."),
    ("owner", "string", "The authority that answers for it."),
)
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
"""Under which the files may be used."""

FILES = {"figures.csv": FIGURES, "definitions.csv": DEFINITIONS, "commitments.csv": COMMITMENTS}


def document(
    content: Published, number: int, released_at: datetime, explanation: tuple[str, str], corrects: int | None
) -> bytes:
    """Return a release as JSON: figures, definitions, commitments, and what the words mean.

    Its explanation is given in English and in Danish.
    """
    found = {
        "release": {
            "number": number,
            "released_at": released_at.isoformat(),
            "explanation": explanation[0],
            "explanation_da": explanation[1],
            "corrects": corrects,
            "licence": LICENCE["name"],
            "definitions": content.definitions,
            "declaration": content.frame,
            "years": [content.first, content.last],
            "finest_period": content.depth,
            "ledger_entries": content.entries,
            "synthetic": content.synthetic,
        },
        "dictionary": {
            "status": TERMS,
            "rows": ROWS,
            "suppressed": SUPPRESSED,
            **{name: {field: text for field, _type, text in fields} for name, fields in FILES.items()},
        },
        "members": msgspec.to_builtins(content.members),
        "definitions": [msgspec.to_builtins(one) for one in definitions.version(content.definitions).indicators],
        "figures": [_line(one) for one in (*content.figures, *content.declared)],
        "commitments": [_promise(one) | {"language": one.language, "actions": one.actions} for one in content.promises],
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


def _line(one: Figure) -> dict[str, Any]:
    values = (one.code, one.row, one.period, one.status, one.value, one.hits, one.of, one.why)
    return {name: value for (name, _type, _text), value in zip(FIGURES, values, strict=True)}


def table(content: Published, name: str) -> bytes:
    """Return one of FILES as CSV: UTF-8, a header line, CRLF.

    Raises:
        KeyError: it is none of them.
    """
    return _csv([field for field, _type, _text in FILES[name]], _ROWS[name](content))


def _figures(content: Published) -> Iterable[Sequence[Any]]:
    return (list(_line(one).values()) for one in (*content.figures, *content.declared))


def _definitions(content: Published) -> Iterable[Sequence[Any]]:
    for one in definitions.version(content.definitions).indicators:
        for language in ("en", "da"):
            texts = [frame.said(text, language) for text in (one.name, one.question)]
            more = (one.formula, one.counted, one.period, one.exclusions, one.weakness)
            yield [
                one.code,
                language,
                *texts,
                one.unit,
                one.kind,
                *(frame.said(text, language) for text in more),
                one.beside,
                content.definitions,
            ]


def _commitments(content: Published) -> Iterable[Sequence[Any]]:
    return (list(_promise(one).values()) for one in content.promises)


def _promise(one: Promise) -> dict[str, Any]:
    """Return a commitment as every file shows it."""
    values = (
        one.member,
        one.goal,
        one.version,
        one.obligation,
        one.requirement,
        one.target,
        one.indicator,
        one.value,
        one.unit,
        one.direction,
        one.due,
        one.baseline,
        one.standing,
        one.why,
        one.now,
        one.gap,
        one.owner,
    )
    return {name: value for (name, _type, _text), value in zip(COMMITMENTS, values, strict=True)}


_ROWS = {"figures.csv": _figures, "definitions.csv": _definitions, "commitments.csv": _commitments}


def _csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    kept = io.StringIO()
    writer = CsvWriter(kept)
    writer.row(names)
    writer.rows(rows)
    return kept.getvalue().encode()


def package(number: int, released_at: datetime) -> bytes:
    """Return the description of the files as a Frictionless data package."""
    found = {
        "profile": "tabular-data-package",
        "name": f"alliance-figures-{number}",
        "title": f"Figures of the alliance, release {number}",
        "version": str(number),
        "created": released_at.isoformat(),
        "licenses": [LICENCE],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name.removesuffix(".csv"),
                "path": name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [{"name": field, "type": kind, "description": text} for field, kind, text in fields],
                    "missingValues": [""],
                },
            }
            for name, fields in FILES.items()
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"
