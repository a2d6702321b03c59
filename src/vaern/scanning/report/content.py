"""What the page shows, in the shapes that its templates take."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from vaern.records import VERDICTS
from vaern.scanning.report import charts, display
from vaern.scanning.report.run import Run, flat
from vaern.scanning.report.tally import OTHER, Tally
from vaern.scanning.report.texts import text, texts

if TYPE_CHECKING:
    from markupsafe import Markup

DEFAULT_DISTANCE = 31
"""Where the distance plot ends if no hit lies farther: the usual PDQ threshold."""

MOST_CAUSES = 100
"""Causes of unreadability, and kinds of what was not looked into, that are listed."""


SETTINGS = ("distance", "min_quality", "video_share", "stills_in_videos")
"""Of `run.json`, how was matched."""


def of_run(run: Run, run_id: str) -> dict[str, Any]:
    """What the page says of the run as such."""
    return {
        "facts": _facts(run, run_id),
        "complete": run.complete,
        "before": _before(run),
        "skipped": [(text(name) if name in texts() else name, count) for name, count in run.table("skipped")],
        "thresholds": [
            *flat({key: run.facts[key] for key in SETTINGS if key in run.facts}, ""),
            *run.table("options"),
        ],
        "record": run.record,
    }


def _facts(run: Run, run_id: str) -> list[tuple[str, list[str]]]:
    """The head of the report: (key of the label, lines); no line where the run does not say."""
    program = dict(run.table("versions")).get("vaern")
    return [
        ("paths", [display.visible(str(path)) for path in run.listed("paths")]),
        ("lists_used", [display.visible(" ".join(filter(None, release))) for release in run.lists]),
        ("started", run.shown("started", str, display.moment)),
        ("finished" if run.complete else "stopped", run.shown("finished", str, display.moment)),
        ("duration", run.shown("seconds", (int, float), display.duration)),
        ("files", run.shown("files", int, display.number)),
        ("members", run.shown("members", int, display.number)),
        ("bytes", run.shown("bytes", int, display.size)),
        ("run", [run_id]),
        ("program", [f"vaern {program}"] if program else []),
    ]


def _before(run: Run) -> dict[str, Any]:
    """Of a rematch, the run before and what is new against it; empty for a scan."""
    before = run.facts.get("before")
    if not isinstance(before, dict):
        return {}
    of = Run(before)
    changed = before.get("changed")
    return {
        "only_new": before.get("only_new") is True,
        "facts": [
            ("run_before", [of.text("run")]),
            ("files_seen", of.shown("scanned", str, display.moment)),
            ("lists_before", [display.visible(" ".join(filter(None, release))) for release in of.lists]),
            ("matched_anew", of.shown("findings", int, display.number)),
            ("not_as_before", of.shown("new", int, display.number)),
        ],
        "changed": [
            (*(str(verdict) for verdict in pair.split(" → ", 1)), count)
            for pair, count in (changed if isinstance(changed, dict) else {}).items()
            if isinstance(count, int) and set(pair.split(" → ", 1)) <= set(VERDICTS) and " → " in pair
        ],
        "unseen": [key for key, holds in _unseen(run, of) if holds],
        "unreadable": of.facts.get("unreadable"),
    }


def _unseen(run: Run, before: Run) -> list[tuple[str, bool]]:
    """What the scan did not look at, and no list can therefore find: the text that says so, and whether it was so."""
    options = run.facts.get("options")
    options = options if isinstance(options, dict) else {}
    return [
        ("unseen_unreadable", bool(before.facts.get("unreadable"))),
        ("unseen_turns", options.get("orientations") == 1),
        ("unseen_frames", options.get("videos") == "keyframes"),
        ("unseen_archives", options.get("archives") is False),
    ]


def lists(run: Run, tally: Tally) -> list[dict[str, Any]]:
    """Each list of the run and each that a finding names, with its hits."""
    asked = run.facts.get("distance")
    by_name = {name: used for (name, _), used in run.lists.items()}
    return [
        {
            "name": display.visible(release[0]),
            "release": display.visible(release[1]),
            "purpose": display.visible(str(by_name.get(release[0], {}).get("purpose", "–"))),
            "entries": run.lists.get(release, {}).get("entries"),
            "checked": _compared(run.lists.get(release, {}), tally.checked.get(release, "")),
            "distance": by_name.get(release[0], {}).get("distance") if asked is None else asked,
            **{how: tally.lists.get(release, Counter())[how] for how in ("exact", "perceptual")},
        }
        for release in dict.fromkeys([*run.lists, *tally.lists])
    ]


def _compared(used: dict[str, Any], said: str) -> str:
    """When a list was last compared with its source, from the first time to the last; empty if it was not fetched."""
    first = used.get("checked") or said
    last = used.get("last_checked") if used.get("last_release") == used.get("release") else ""
    return " – ".join(dict.fromkeys(display.moment(str(moment)) for moment in (first, last) if moment))


def of_findings(tally: Tally) -> dict[str, Any]:
    """The tables and plots that follow from the findings alone."""
    folders, _ = tally.folders.rows()
    distances = sorted(tally.distances.items())
    return {
        "folders": folders,
        "distances": charts.histogram(tally.distances, DEFAULT_DISTANCE),
        "distance_rows": [distances[at : at + 16] for at in range(0, len(distances), 16)],
        "dates": charts.timeline(tally.days, VERDICTS),
        "types": _types(tally),
        "causes": {verdict: _causes(tally, verdict) for verdict in tally.causes},
    }


def _causes(tally: Tally, verdict: str) -> list[tuple[str, int, str]]:
    """(cause, files, first file), the most frequent first; the rest under the empty cause."""
    causes = tally.causes[verdict]
    counted = sorted((-counts.total(), cause) for cause, counts in causes.items() if cause != OTHER)[:MOST_CAUSES]
    rows = [(cause, -count, tally.examples[verdict, cause]) for count, cause in counted]
    left = tally.files[verdict] - sum(count for _, count, _ in rows)
    return [*rows, (OTHER, left, "")] if left else rows


def _types(tally: Tally, most: int = 20) -> list[tuple[str | Markup, int]]:
    """The most frequent media types, the rest as one."""
    counted = sorted(((counts.total(), name) for name, counts in tally.types.items() if name != OTHER), reverse=True)
    rows: list[tuple[str | Markup, int]] = [(display.visible(name), count) for count, name in counted[:most]]
    left = tally.files.total() - sum(count for _, count in rows)
    return [*rows, (text("other_types"), left)] if left else rows
