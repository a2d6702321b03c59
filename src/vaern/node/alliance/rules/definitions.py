"""Definitions of indicators: what is counted, how, and what is weak about it. Files with a version.

A value keeps the version that it was computed with. A definition that changes is a new file; the old one stays, so
that an old value can be read, and computed again.

What is marked `"synthetic": true` is made up: a node that is not synthetic never computes with it. One that was and
starts as a real one computes anew; what it released with it can still be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from vaern.node.alliance.rules.frame import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parent / "data" / "indicators"


@dataclass
class OfNode:
    """Whether this node is synthetic; said as the app starts."""

    synthetic: bool = False


of_node = OfNode()

Kind = Literal["count", "stock", "growth", "share", "median", "declared"]
"""`count`: of the period. `stock`: up to its end. `growth`: in per cent over a year before. `share`: in per cent.
`median`: of times. `declared`: no node can count it, and members say it themselves."""

Population = Literal["series", "reports", "locations", "cases", "requests", "preservations", "none"]
"""`none`: of what is declared."""


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One indicator.

    Attributes:
        code: by which values, goals and targets name it.
        unit: of its values; people, services and files of what is declared alone.
        population: what it counts (`populations`).
        name, question, formula, counted, period, exclusions, weakness: what people read.
        source: the acts of the ledger that it is folded from; empty for declared ones.
        beside: the indicator that is always shown next to it: quality beside speed; "" for one that is quality itself.
        split: by what it is also shown: `country` of the host, `instrument`, or "".
        within_hours: the limit in the formula; what is younger than it is not counted yet.
    """

    code: str
    kind: Kind
    unit: Literal["children", "cases", "reports", "percent", "minutes", "days", "people", "services", "files"]
    population: Population
    name: Text
    question: Text
    formula: Text
    counted: Text
    period: Text
    exclusions: Text
    source: tuple[str, ...]
    weakness: Text
    beside: str
    split: Literal["", "country", "instrument"] = ""
    within_hours: float | None = None


class Definitions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of all definitions; `synthetic`: made up for a demonstration."""

    version: str
    valid_from: date
    note: Text
    indicators: tuple[Definition, ...]
    synthetic: bool = False

    @property
    def by_code(self) -> dict[str, Definition]:
        """All of them by code, in their order."""
        return {one.code: one for one in self.indicators}


@cache
def all_versions() -> tuple[Definitions, ...]:
    """Return every version, the earliest first.

    Raises:
        ValueError: a file is not as it has to be; the message names it.
    """
    found = [read(path.read_bytes(), path.name) for path in sorted(FOLDER.glob("*.json"))]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def read(text: bytes, name: str) -> Definitions:
    """Return the definitions of one file.

    Raises:
        ValueError: not in form, two of one code, or one stands beside none that is here.
    """
    try:
        found = msgspec.json.decode(text, type=Definitions)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{name}: {error}") from error
    codes = [one.code for one in found.indicators]
    if len(codes) != len(set(codes)):
        raise ValueError(f"{name}: two indicators have one code")
    for one in found.indicators:
        if one.beside and one.beside not in codes:
            raise ValueError(f"{name}: {one.code} stands beside {one.beside}, which is not defined")
    return found


def newest(versions: Iterable[Definitions], *, synthetic: bool) -> Definitions:
    """Return the version that a node computes with: the newest; a synthetic one only on a synthetic node."""
    return [one for one in versions if synthetic or not one.synthetic][-1]


def current() -> Definitions:
    """Return the version that this node computes with."""
    return newest(all_versions(), synthetic=of_node.synthetic)


def version(name: str) -> Definitions:
    """Return one version.

    Raises:
        KeyError: there is none of this name.
    """
    for one in all_versions():
        if one.version == name:
            return one
    raise KeyError(name)
