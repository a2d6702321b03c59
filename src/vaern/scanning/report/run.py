"""What `run.json` says, read with patience: what it lacks is left out, what is new is shown as it is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.records import MATERIAL
from vaern.scanning.report.display import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RECORDED = ("findings.jsonl", "findings.csv", "run.json")
"""The files that the page's checksums tie it to."""


class Run:
    """The facts of a run, by the names that `run.json` uses."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts

    @classmethod
    def read(cls, results: Path) -> Run:
        """Read `run.json` of a results folder.

        Raises:
            ValueError: it is not JSON, or no object.
        """
        path = results / "run.json"
        try:
            return cls(msgspec.json.decode(path.read_bytes(), type=dict[str, Any]))
        except msgspec.MsgspecError as error:
            raise ValueError(f"{path}: not the record of a run ({error}); scan again with --resume") from error

    def text(self, key: str) -> str:
        """A fact as text, safe to show; empty where it is missing."""
        value = self.facts.get(key)
        return "" if value is None or isinstance(value, dict | list) else visible(str(value))

    def shown(self, key: str, kind: type | tuple[type, ...], how: Callable[[Any], str]) -> list[str]:
        """A fact of the expected kind as one line, else no line."""
        value = self.facts.get(key)
        return [how(value)] if isinstance(value, kind) else []

    def table(self, key: str) -> list[tuple[str, str]]:
        """A fact of any shape as rows of name and value."""
        return flat(self.facts.get(key), "")

    def listed(self, key: str) -> list[Any]:
        """A fact that is a list; a single value counts as a list of one."""
        value = self.facts.get(key, [])
        return value if isinstance(value, list) else [value]

    @property
    def complete(self) -> bool:
        """Whether everything was scanned, as far as the record says."""
        return self.facts.get("complete") is not False

    @property
    def lists(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The list packages of the run, by name and release."""
        packages = [package for package in self.listed("lists") if isinstance(package, dict)]
        return {(str(p.get("name", "")), str(p.get("release", ""))): p for p in packages}

    @property
    def known_good(self) -> set[str]:
        """The lists whose hits are of no material, in any release: known-good files, and what is never to be listed."""
        return {name for (name, _), package in self.lists.items() if package.get("purpose", "known") not in MATERIAL}

    @property
    def record(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Everything that was recorded: the single values first, then a group for each object or list."""
        single = {key: value for key, value in self.facts.items() if not isinstance(value, dict | list)}
        groups = [(visible(key), self.table(key)) for key in self.facts if key not in single]
        return [("", flat(single, "")), *groups]


def flat(value: Any, name: str) -> list[tuple[str, str]]:
    """Nested JSON as (`name.inner`, text) rows."""
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in flat(inner, f"{name}.{key}" if name else str(key))]
    if isinstance(value, list):
        return [
            row for at, inner in enumerate(value, start=1) for row in flat(inner, f"{name}.{at}" if name else str(at))
        ]
    if value is None:
        return [(visible(name), "–")] if name else []
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return [(visible(name), visible(str(value)))]


def checksums(results: Path) -> list[tuple[str, str]]:
    """SHA-256 in hexadecimal of each recorded file, empty where the file is missing."""
    return [(name, _sha256(results / name)) for name in RECORDED]


def _sha256(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
