"""The frame: policy targets, operational goals, the menu of actions, the capabilities. Files with a version.

Each item says whether it was read in the original, read in a secondary copy, or recalled; pages say so too. A version
that a commitment refers to never changes: what is new is a file of its own.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

FOLDER = Path(__file__).parent / "data" / "frame"

T = TypeVar("T")

Basis = Literal["read", "secondary", "recalled"]
"""Whether the original was read; `secondary`: a copy by others was; `recalled`: neither."""

Text = dict[Literal["en", "da"], str]
"""What people read, by language."""


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a goal is measured.

    Attributes:
        indicators: codes of definitions (`rules.definitions`); a member may name others of its own.
        at_least: the number that the goal itself says, of `unit`; None where it says none.
    """

    indicators: tuple[str, ...]
    at_least: float | None = None
    unit: Literal["", "percent_a_year"] = ""


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operational goal of a policy target.

    Attributes:
        source: where its words were read; "" where nobody read them (`basis` says so, in the reader's language).
    """

    code: str
    number: str
    basis: Basis
    source: str
    text: Text
    measure: Measure | None = None
    remark: Text | None = None


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the menu of potential actions; countries choose freely."""

    code: str
    text: Text


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy target.

    Attributes:
        named_by_source: whether the press release of June 2012 names it.
        capabilities: numbers of the Model National Response that serve it (a cross-map of our own).
    """

    code: str
    number: str
    named_by_source: bool
    basis: Basis
    source: str
    text: Text
    capabilities: tuple[int, ...]
    goals: tuple[Goal, ...]
    actions: tuple[Action, ...]


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The four targets as one version of them."""

    code: Literal["declaration"]
    version: str
    name: Text
    date: date
    basis: Basis
    source: str
    targets: tuple[Target, ...]
    actions_basis: Basis
    actions_source: str

    @property
    def goals(self) -> tuple[Goal, ...]:
        """All goals, in their order."""
        return tuple(goal for target in self.targets for goal in target.goals)

    def target_of(self, goal: str) -> Target:
        """Return the target that a goal belongs to.

        Raises:
            KeyError: there is no such goal.
        """
        for target in self.targets:
            if any(one.code == goal for one in target.goals):
                return target
        raise KeyError(goal)


class Capability(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the 21 capabilities of the Model National Response."""

    number: int
    name: Text


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of its six areas."""

    code: str
    name: Text
    capabilities: tuple[Capability, ...]


class ModelResponse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Model National Response: what a country needs to have, not a scale to rank it on."""

    code: Literal["model_national_response"]
    version: str
    name: Text
    date: date
    basis: Basis
    source: str
    remark: Text
    areas: tuple[Area, ...]

    @property
    def capabilities(self) -> dict[int, Capability]:
        """All of them by number."""
        return {one.number: one for area in self.areas for one in area.capabilities}


class Happening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that happened to the real alliance."""

    date: date
    basis: Basis
    source: str
    text: Text


class Founder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A founding member by its ISO 3166 code; its name as CLDR has it."""

    code: str
    name: Text


class Founders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The founding members."""

    basis: Basis
    source: str
    countries: tuple[Founder, ...]


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is told of the real alliance; apart from everything that a node counts."""

    note: Text
    events: tuple[Happening, ...]
    founding_date: date
    founding_members: Founders


@cache
def declarations() -> tuple[Declaration, ...]:
    """Return all versions of the targets, the earliest first.

    Raises:
        ValueError: a file is not as it has to be; the message names it.
    """
    found = [_read(path, Declaration) for path in sorted(FOLDER.glob("[0-9]*.json"))]
    return tuple(sorted(found, key=lambda one: one.date))


def declaration(version: str = "") -> Declaration:
    """Return one version of the targets, the latest if none is named.

    Raises:
        KeyError: there is no such version.
    """
    if not version:
        return declarations()[-1]
    for one in declarations():
        if one.version == version:
            return one
    raise KeyError(version)


@cache
def model_response() -> ModelResponse:
    """Return the latest edition of the Model National Response that is here."""
    found = [_read(path, ModelResponse) for path in sorted(FOLDER.glob("model-national-response-*.json"))]
    return max(found, key=lambda one: one.date)


@cache
def history() -> History:
    """Return what is told of the real alliance."""
    return _read(FOLDER / "history.json", History)


def _read(path: Path, form: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=form)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path.name}: {error}") from error


def said(text: Text, language: str) -> str:
    """Return a text in a language; in English where it is not there."""
    return text.get("da" if language == "da" else "en") or text["en"]
