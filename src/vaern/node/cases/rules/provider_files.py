"""The file of providers into plain values; a union stands for its members of the day of the row."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from vaern.node.cases.rules.providers import Provider, gaps, problems
from vaern.node.organisations import unions

FILE = Path(__file__).parent / "data" / "providers.toml"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    provider: list[Provider]


@cache
def providers(path: Path = FILE) -> tuple[Provider, ...]:
    """Return what the file says.

    Raises:
        msgspec.ValidationError: a row has another shape; the message names the field.
        ValueError: two rows contradict each other, or a cell of one says nothing, not even why.
    """
    file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    rows = tuple(
        msgspec.structs.replace(one, serves=tuple(sorted(unions.countries(one.serves, one.since))))
        for one in file.provider
    )
    for problem in problems(rows):
        raise ValueError(problem)
    for one in rows:
        for column in gaps(one):
            raise ValueError(f"{path.name}, {one.name}, {one.entity}: say of {column} what its rules say, or why not")
    return rows
