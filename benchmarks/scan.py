"""A scan of 2,000 photographs, whole, against decoding the same files alone on the same cores.

    python benchmarks/scan.py [PHOTOGRAPHS] [FOLDER]

Photographs are those of Debian's `lomiri-wallpapers-16.04` (`make media`), written anew as a camera writes them: 4.7
megapixels, baseline JPEG, 4:2:0, quality 90, each file different in its bytes. FOLDER keeps them for the next run.
*Decode alone* reads each file and decodes it to grey at the smallest fast scale that keeps 1,024 pixels on the short
side, in as many processes as there are cores, which are running already when the clock starts. A scan itself keeps
512 pixels (`docs/decisions/0002-pdq-of-our-own.md`): that is *decode as a scan does*. *Decode of all pixels* is
Pillow's, in colour, as peers do before they hash.
*Scan* is everything: starting the workers, walking, three digests, decoding,
PDQ in 8 orientations (and in one, for comparison), a list of 100,000 entries, results and report.
Contenders take turns; the figure is the least of the rounds. Processor time stands beside it: it tells whether the
machine had other work.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import simplejpeg
from machine import machine
from PIL import Image, ImageOps

from vaern.hashing import decoder_versions
from vaern.hashing.jpeg import SHORT_SIDE, read_header, reduction
from vaern.matching import ListPackage, Matcher, build_package
from vaern.records import Entry, Signal
from vaern.scanning import ScanOptions, scan

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (2508, 1880)
DISTINCT = 100  # pictures; each is written many times, with a comment that makes its bytes its own
ENTRIES = 100_000
ROUNDS = 3
WANTED = 1.3


def photographs(count: int, folder: Path) -> list[Path]:
    """So many files in the folder, made where they are missing."""
    paths = [folder / f"{number // 100:03}" / f"{number:05}.jpg" for number in range(count)]
    if all(path.exists() for path in paths):
        return paths
    root = Path(os.environ.get("VAERN_MEDIA") or Path(__file__).parent.parent / ".media")
    sources = sorted((root / "photos" / "lomiri-wallpapers-16.04").glob("*.jpg"))
    if not sources:
        sys.exit(f"no photographs in {root}: run `make media`")
    for first in range(min(DISTINCT, count)):
        with Image.open(sources[first % len(sources)]) as picture:
            turn = first // len(sources)
            shift = (0.1 * (turn % 10), 0.1 * (9 - turn % 10))
            fitted = ImageOps.fit(picture.convert("RGB"), SIZE, bleed=0.01 * turn, centering=shift)
        for path in paths[first::DISTINCT]:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path == paths[first]:
                fitted.save(path, quality=90, subsampling="4:2:0", comment=path.name)
            else:
                path.write_bytes(paths[first].read_bytes().replace(paths[first].name.encode(), path.name.encode(), 1))
    return paths


def decode(path: Path, short_side: int = 1024) -> float:
    """Decode one file to grey at a reduced scale; seconds of processor time."""
    start = time.process_time()
    data = path.read_bytes()
    header = read_header(data)
    factor = reduction(header.width, header.height, short_side)
    size = {"min_width": -(-header.width // factor), "min_height": -(-header.height // factor)}
    simplejpeg.decode_jpeg(data, "GRAY", min_factor=1, **size)
    return time.process_time() - start


def decode_all(path: Path) -> float:
    """Decode one file to all its pixels in colour; seconds of processor time."""
    start = time.process_time()
    with Image.open(path) as picture:
        picture.convert("RGB").load()
    return time.process_time() - start


def processor_time() -> float:
    """Of this process and of all children that have ended, seconds."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def a_list(folder: Path) -> Matcher:
    entries = (Entry(str(number), (Signal("pdq", os.urandom(32)),)) for number in range(ENTRIES))
    build_package(folder, entries, name="random")
    return Matcher([ListPackage.open(folder)])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as scratch, multiprocessing.get_context("spawn").Pool(cores) as pool:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else scratch) / "photographs"
        paths = photographs(count, folder)
        matcher = a_list(Path(scratch) / "list")
        pool.map(decode, paths[: 4 * cores], chunksize=1)

        def decoding(_: int, how: Callable[[Path], float] = decode) -> float:
            return sum(pool.map(how, paths, chunksize=8))

        def scanning(number: int, orientations: int = 8) -> float:
            before = processor_time()
            options = ScanOptions(jobs=cores, orientations=orientations)
            summary = scan([folder], matcher, Path(scratch) / f"results-{number}-{orientations}", options)
            if summary.files != count or summary.verdicts != {"new": count}:
                sys.exit(f"the scan found something else: {summary}")
            return processor_time() - before

        contenders = {
            "decode alone": decoding,
            "decode as a scan does": partial(decoding, how=partial(decode, short_side=SHORT_SIDE)),
            "decode of all pixels": partial(decoding, how=decode_all),
            "scan": scanning,
            "scan, one orientation": partial(scanning, orientations=1),
        }
        best, used = dict.fromkeys(contenders, float("inf")), dict.fromkeys(contenders, float("inf"))
        for number in range(ROUNDS):
            for name, work in contenders.items():
                start = time.perf_counter()
                used[name] = min(used[name], work(number))
                best[name] = min(best[name], time.perf_counter() - start)
    megabytes = sum(path.stat().st_size for path in paths if path.exists()) / 1e6
    ratio = best["scan"] / best["decode alone"]
    shares = {name: used["scan"] / used[name] for name in contenders}
    print(f"{count} photographs of {SIZE[0]} × {SIZE[1]}, {cores} cores")
    for name in contenders:
        print(f"  {name:22} {best[name]:6.1f} s on the clock, {used[name]:6.1f} s of processor time")
    print(f"  scan / decode alone: {ratio:.2f} (wanted {WANTED}), of processor time {shares['decode alone']:.2f}")
    for name in ("decode as a scan does", "decode of all pixels"):
        print(f"  scan / {name}: {best['scan'] / best[name]:.2f}")
    record = {"machine": machine("simplejpeg"), "decoders": decoder_versions(), "files": count, "megabytes": megabytes}
    print(json.dumps(record | {"seconds": best, "processor seconds": used, "ratio": ratio}, indent=1))


if __name__ == "__main__":
    main()
