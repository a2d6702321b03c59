"""The file of providers into plain values. Pure; no Django."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from vaern.node.cases.assistance.providers.records import Provider, problems

FILE = Path(__file__).parent / "data/providers.toml"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: regions are written once, and stand in rows by their name."""

    provider: list[Provider]
    region: dict[str, tuple[str, ...]] = {}


@cache
def providers(path: Path = FILE) -> tuple[Provider, ...]:
    """Return what the file says.

    Raises:
        msgspec.ValidationError: a row has another shape; the message names the field.
        ValueError: two rows contradict each other.
    """
    file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    rows = tuple(
        msgspec.structs.replace(
            one, serves=tuple(sorted({code for name in one.serves for code in file.region.get(name, (name,))}))
        )
        for one in file.provider
    )
    for problem in problems(rows):
        raise ValueError(problem)
    return rows
