"""Invented results of scans: random hashes, marked synthetic, in the very form that `vaern scan` writes."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.formats.findings import encode
from vaern.records import VERDICTS, Finding, Match, Media, Signal

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.records import Verdict

LIST, RELEASE = "alliance-shared", "240"
ENTRIES = 240
"""Entries of that list; a finding names one by its number."""

WEIGHTS = (4, 3, 30, 8, 2, 1, 10)
"""Of known, near, ignored, new, unreadable, unopened and not media."""
TYPES = {"unopened": ["application/vnd.rar", "application/pdf"], "not media": ["text/plain"]}
"""Of what is neither picture nor video."""

FURTHER = 4
"""Each so many-th file that is known or near is near to a second entry."""


def invented(seed: int, count: int) -> tuple[bytes, bytes]:
    """Return a `run.json` and a `findings.jsonl` of invented findings; the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - invented data, the same at each start
    started = timezone.now().replace(microsecond=0) - timedelta(hours=3 + seed % 20)
    run = {
        "format": 1,
        "run": f"synthetic-{seed}",
        "started": started.isoformat(),
        "finished": (started + timedelta(minutes=count // 20 + 2)).isoformat(),
        "synthetic": True,
        "versions": {"vaern": "demonstration"},
        "lists": [{"name": LIST, "release": RELEASE, "purpose": "known", "entries": ENTRIES}],
    }
    verdicts: list[Verdict] = draw.choices(VERDICTS, WEIGHTS, k=count)  # type: ignore[arg-type]
    return json.dumps(run).encode(), b"".join(encode(_finding(draw, n, verdict)) for n, verdict in enumerate(verdicts))


def _finding(draw: random.Random, number: int, verdict: Verdict) -> Finding:
    mime = draw.choice(TYPES.get(verdict, ["image/jpeg", "image/png", "video/mp4"]))
    signals = [Signal("md5", draw.randbytes(16)), Signal("sha256", draw.randbytes(32)), Signal("pdq", _pdq(draw))]
    signals = signals[: 2 if verdict in {"unreadable", *TYPES} else 3]
    matches: tuple[Match, ...] = ()
    if verdict in {"known", "near"}:
        met = signals[1 if verdict == "known" else 2]
        distance = 0 if verdict == "known" else draw.randrange(2, 30, 2)
        matches = (Match(met.kind, met.value.hex(), f"random-{number % ENTRIES}", distance, LIST, RELEASE),)
        if number % FURTHER == 0:  # another entry is of a picture cut a little otherwise
            pdq = signals[2].value.hex()
            matches += (Match("pdq", pdq, f"random-{(number + 97) % ENTRIES}", 30, LIST, RELEASE),)
    media = Media(f"synthetic/{number:06}", draw.randrange(20_000, 9_000_000), mime, tuple(signals))
    return Finding(media, verdict, matches, "invented for the demonstration")


def _pdq(draw: random.Random) -> bytes:
    """Return 256 bits of which half are ones, as genuine values have."""
    bits = [0] * 128 + [1] * 128
    draw.shuffle(bits)
    return int("".join(map(str, bits)), 2).to_bytes(32, "big")


def of_folder(folder: Path) -> tuple[bytes, bytes] | None:
    """Return the results that a scan has written to a folder; None if there are none."""
    run, findings = folder / "run.json", folder / "findings.jsonl"
    return (run.read_bytes(), findings.read_bytes()) if run.exists() and findings.exists() else None
