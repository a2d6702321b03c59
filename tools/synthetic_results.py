"""Make a results folder of invented findings, marked synthetic, for the report's tests and its picture.

    python tools/synthetic_results.py FOLDER [--files 4000] [--seed 1] [--hostile]

Every value is random and every name is made up; no file is read.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.formats.findings import encode
from vaern.records import Finding, Match, Media, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTS = (
    ("Examplia national", "2026-10-01", "known", 84_210),
    ("Alliance shared", "r17", "known", 1_250_332),
    ("Standard systems", "2026.09", "known-good", 5_400_118),
)
FOLDERS = (
    ("/mnt/disk-01/Pictures/2019 summer", 5),
    ("/mnt/disk-01/Pictures/2021", 4),
    ("/mnt/disk-01/Pictures/Scans", 2),
    ("/mnt/disk-01/Users/a/Downloads", 4),
    ("/mnt/disk-01/Users/a/Downloads/backup-2020.zip!/phone/DCIM/100APPLE", 3),
    ("/mnt/disk-01/Users/b/Videos", 1),
    ("/mnt/disk-01/Windows/System32", 3),
)
TYPES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/heic": "heic",
    "video/mp4": "mp4",
    "application/pdf": "pdf",
}
CAUSES = (
    "image file is truncated (0 bytes read)",
    "the decoder took more than 60 s of processor time",
    "it is encrypted",
)
CAMERAS = (None, None, "Examplecam X100", "Samplephone 7", "Beispielwerk Pro 4")
HOSTILE = (
    "</script><script>alert(1)</script>.jpg",
    '"><img src=x onerror=alert(1)>.jpg',
    "invoice\u202egpj.exe",
    "tab\tline\nreturn\r\x00null\x1b[31m.jpg",
    "{{ 7 * 7 }}${7*7}<!--]]>.jpg",
    "\u2028\u2029&lt;b&gt;&amp;.jpg",
    '=HYPERLINK("x").jpg',
    "عربي-עברית-日本語-🙂.jpg",
    "a" * 255,
)


def findings(files: int, seed: int, *, hostile: bool = False) -> Iterator[Finding]:
    """Invented findings in walking order."""
    draw = random.Random(seed)  # noqa: S311 - to repeat, not to hide
    weights = [weight for _, weight in FOLDERS]
    for place in range(files):
        folder = draw.choices([name for name, _ in FOLDERS], weights)[0]
        mime = draw.choices(list(TYPES), (70, 12, 6, 5, 7))[0]
        name = f"IMG_{place:05}.{TYPES[mime]}"
        if hostile and place < len(HOSTILE) * 30:
            name = HOSTILE[place % len(HOSTILE)]
        yield _finding(draw, f"{folder}/{name}", mime, "System32" in folder)


def _finding(draw: random.Random, name: str, mime: str, system: bool) -> Finding:
    sha256, pdq = draw.randbytes(32), draw.randbytes(32)
    dated = datetime(2016, 1, 1, tzinfo=UTC) + timedelta(hours=draw.betavariate(4, 2) * 24 * 3900)
    media = Media(
        name=name,
        size=int(draw.lognormvariate(14.6, 0.8)),
        mime=mime,
        signals=(Signal("sha256", sha256), Signal("pdq", pdq, quality=draw.randrange(50, 101))),
        taken=dated.isoformat(timespec="seconds").removesuffix("+00:00") if draw.random() < 0.7 else None,
        modified=(dated + timedelta(days=draw.randrange(60))).isoformat(timespec="seconds"),
        camera=draw.choice(CAMERAS),
    )
    chance = draw.random()
    if system:
        return _hit(draw, media, "ignored", LISTS[2], "sha256", sha256, 0)
    if chance < 0.03:
        return _hit(draw, media, "known", draw.choice(LISTS[:2]), "sha256", sha256, 0)
    if chance < 0.07:
        distance = 2 * min(15, int(draw.gammavariate(2, 2.6)))
        return _hit(draw, media, "near", draw.choice(LISTS[:2]), "pdq", pdq, distance)
    if chance < 0.085:
        cause = draw.choice(CAUSES)
        broken = Media(
            name=name,
            size=media.size,
            mime=mime,
            signals=media.signals[:1],
            unreadable=cause,
            modified=media.modified,
        )
        return Finding(broken, "unreadable", reason=f"Could not be read: {cause}.")
    if media.is_media:
        return Finding(media, "new", reason="No list has it.")
    return Finding(media, "not media", reason="Neither a picture nor a video, and no list has it.")


def _hit(  # noqa: PLR0913
    draw: random.Random,
    media: Media,
    verdict: str,
    package: tuple[str, str, str, int],
    kind: str,
    value: bytes,
    distance: int,
) -> Finding:
    entry = f"EX-{draw.randrange(10**6):06}"
    match = Match(
        kind=kind,
        query=value.hex(),
        entry=entry,
        distance=distance,
        list=package[0],
        release=package[1],
        classification="1" if verdict != "ignored" else None,
        scheme="example scheme" if verdict != "ignored" else None,
        orientation=draw.choice(("upright", "upright", "upright", "mirrored", "rotated-90"))
        if verdict == "near"
        else "upright",
        region=draw.choice(("whole", "whole", "unbordered")) if verdict == "near" else "whole",
    )
    more = (match,) if verdict == "near" and draw.random() < 0.2 else ()
    where = f"{entry} of list {package[0]}, release {package[1]}"
    reason = {
        "known": f"The SHA-256 is that of entry {where}.",
        "near": f"Looks like entry {where}: {distance} of 256 bits differ.",
        "ignored": f"Known good: the SHA-256 is that of entry {where}.",
    }[verdict]
    return Finding(media, verdict, (match, *more), reason)  # type: ignore[arg-type]


def write(folder: Path, files: int, seed: int = 1, *, hostile: bool = False) -> None:
    """Write `findings.jsonl`, `findings.csv` and `run.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "findings.jsonl").open("wb") as lines,
        (folder / "findings.csv").open("w", newline="") as table,
    ):
        rows = csv.writer(table)
        members = size = 0
        for finding in findings(files, seed, hostile=hostile):
            lines.write(encode(finding))
            members += "!/" in finding.media.name
            size += 0 if "!/" in finding.media.name else finding.media.size
            rows.writerow([finding.verdict, finding.media.size])
    (folder / "run.json").write_text(json.dumps(_run(files, members, size), indent=2))


def _run(files: int, members: int, size: int) -> dict[str, object]:
    return {
        "run": "2026-11-24T090412Z-5f1c",
        "synthetic": True,
        "complete": True,
        "started": "2026-11-24T09:04:12+00:00",
        "finished": "2026-11-24T09:06:58+00:00",
        "seconds": 166.2,
        "paths": ["/mnt/disk-01"],
        "distance": None,
        "min_quality": 50,
        "video_share": 0.8,
        "files": files - members,
        "members": members,
        "bytes": size,
        "skipped": {"inode/symlink": 3, "inode/fifo": 1},
        "lists": [
            {"name": name, "release": release, "purpose": purpose, "distance": 31, "entries": entries}
            for name, release, purpose, entries in LISTS
        ],
        "options": {"jobs": 2, "orientations": 8, "unborder": True, "frames": 8, "archives": True},
        "versions": {
            "vaern": "0.1.0",
            "python": "3.11.9",
            "pillow": "13.0.0",
            "libjpeg-turbo": "3.1.2",
            "ffmpeg": "8.0",
        },
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hostile", action="store_true")
    arguments = parser.parse_args()
    write(arguments.folder, arguments.files, arguments.seed, hostile=arguments.hostile)
