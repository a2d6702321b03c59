"""On what ground something may go to another country, and what Europol's handling codes ask. Pure; no Django.

The grounds and the countries are data with their source (`data/transfers.toml`). What the table does not say is not
law: a country of which nothing is known lets a person choose among all grounds, and say in words why.
"""

from __future__ import annotations

import enum
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaern.node.organisations import unions
from vaern.node.organisations.rules import OrganisationKind, Regime
from vaern.node.organisations.sources import read_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

FOLDER = Path(__file__).parent / "data"

AUTHORITIES = frozenset({OrganisationKind.POLICE, OrganisationKind.AUTHORITY, OrganisationKind.HUB})
"""The kinds that are competent authorities in the sense of LED art. 3(7), so far as their kind says."""

INSIDE = "inside"
"""The ground where no chapter V applies, because both sides are bound by the same law of the Union."""


class Situation(enum.StrEnum):
    """How the law of the sender stands to the country of the recipient.

    Attributes:
        HOME: one country; nothing crosses.
        INSIDE: both are bound by the same law of the Union.
        ADEQUATE: an adequacy decision covers the country, at least in part.
        BEYOND: a third country, of which no decision is known.
        ABROAD: the sender is not bound by the law of the Union: its own law says what it may.
        UNKNOWN: the table says nothing of one of the two.
    """

    HOME = "home"
    INSIDE = "inside"
    ADEQUATE = "adequate"
    BEYOND = "beyond"
    ABROAD = "abroad"
    UNKNOWN = "unknown"


class Code(enum.StrEnum):
    """Europol's handling codes, as the Council's guidelines on the exchange of information repeat them.

    Source: Council document 6243/18 in Statewatch's copy of 25 February 2018, read on 28 November 2026. H0 is none of
    the others: the information may be used to prevent and combat crime, as the law that applies allows.
    """

    H1 = "H1"
    H2 = "H2"
    H3 = "H3"


NO_CODE = "H0"


@dataclass(frozen=True)
class Ground:
    """One ground of transfer.

    Attributes:
        code: how a release keeps it.
        law: of the sender: `led`, `gdpr` or `any`.
        situations: in which it can be chosen.
        to: `authority`, `other` or `any`.
        cites: the provision.
        text: what it is, by language.
        words: whoever chooses it says something in words, too.
        source: where it was found, or where it stands.
        read: the day on which somebody read it there; None if it is recalled.
    """

    code: str
    law: str
    situations: frozenset[Situation]
    to: str
    cites: str
    text: dict[str, str]
    words: bool
    source: str
    read: date | None

    def said(self, language: str) -> str:
        """Return the provision and what it says."""
        text = self.text.get(language, self.text["en"])
        return f"{self.cites}: {text}" if self.cites else text

    def for_kind(self, kind: OrganisationKind) -> bool:
        """Whether it is for recipients of a kind."""
        return self.to == "any" or (self.to == "authority") == (kind in AUTHORITIES)


@dataclass(frozen=True)
class Region:
    """Countries and unions for which a law holds, or that an adequacy decision under it covers, and when."""

    law: str
    of: frozenset[str]
    begins: date
    ends: date | None
    cites: str
    partly: str

    def holds(self, law: str, country: str, on: date) -> bool:
        """Whether it covers a country on a day; `ends` is the last one."""
        within = law == self.law and self.begins <= on and (not self.ends or on <= self.ends)
        return within and not self.of.isdisjoint(unions.named(country, on))


@dataclass(frozen=True)
class Table:
    """Everything that is known: grounds by code, where the Union's law holds, adequacy decisions, known countries."""

    grounds: dict[str, Ground]
    areas: tuple[Region, ...]
    adequate: tuple[Region, ...]
    known: frozenset[str]

    def cites(self, code: str) -> str:
        """Return the provision behind a ground, "" for none; the code itself of one that the table has no longer."""
        found = self.grounds.get(code)
        return found.cites if found else code

    def situation(self, regime: Regime, sender: str, recipient: str, on: date) -> Situation:
        """Return how the law of a sender stands to a recipient's country; "" is an organisation of no country."""
        if sender == recipient:
            return Situation.HOME
        if not {sender, recipient} <= self.known:
            return Situation.UNKNOWN
        law = regime.value
        if not any(area.holds(law, sender, on) for area in self.areas):
            return Situation.ABROAD
        if any(area.holds(law, recipient, on) for area in self.areas):
            return Situation.INSIDE
        return Situation.ADEQUATE if self.decisions(regime, recipient, on) else Situation.BEYOND

    def decisions(self, regime: Regime, country: str, on: date) -> list[Region]:
        """Return the adequacy decisions that cover a country, at least in part."""
        return [one for one in self.adequate if one.holds(regime.value, country, on)]

    def offered(self, regime: Regime, situation: Situation, kind: OrganisationKind) -> list[Ground]:
        """Return the grounds on which a sender of a regime may release to a kind of recipient, in the table's order."""
        return [
            one
            for one in self.grounds.values()
            if situation in one.situations and one.law in {"any", regime.value} and one.for_kind(kind)
        ]


@cache
def table(*, synthetic: bool) -> Table:
    """Return what the files of this version say.

    Args:
        synthetic: with what is invented of the countries of the demonstration.
    """
    files = [_read("transfers.toml"), *([_read("transfers.synthetic.toml")] if synthetic else [])]
    grounds = [_ground(row) for file in files for row in file.get("ground", [])]
    areas = tuple(_region(row, row["of"]) for file in files for row in file.get("area", []))
    adequate = tuple(_region(row, [row["country"]]) for file in files for row in file.get("adequate", []))
    invented = {country for file in files for country in file.get("invented", [])}
    return Table({one.code: one for one in grounds}, areas, adequate, frozenset(_assigned() | invented))


def codes_of(written: str) -> frozenset[Code]:
    """Return the codes of a release as it keeps them: "" and H0 are none."""
    return frozenset(Code(part) for part in written.split("+") if part and part != NO_CODE)


def written(codes: Collection[Code], *, always: bool) -> str:
    """Return codes as a release keeps them: `H1+H2`; without any, H0 where a code is always said, else ""."""
    return "+".join(sorted(code.value for code in set(codes))) or (NO_CODE if always else "")


STRICTNESS = ("green", "amber", "amber+strict", "red")
"""The labels of TLP 2.0 that fit casework, from the widest to the strictest."""

SOURCE_ONLY = frozenset({"amber+strict", "red"})
"""The labels under which a recipient passes on to nobody outside its organisation, unless its source permits."""


@dataclass(frozen=True)
class Bounds:
    """How strictly a record has to be handled, because it came that way.

    Attributes:
        handling: the strictest label with which it came; "" if it came from nobody.
        codes: all handling codes with which it came.
        restrictions: what stands in words behind H3.
    """

    handling: str = ""
    codes: frozenset[Code] = frozenset()
    restrictions: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels under which it may go on: none that is wider."""
        return STRICTNESS[STRICTNESS.index(self.handling) :] if self.handling else STRICTNESS

    def asks(self, *, passed_on: bool, for_court: bool) -> bool:
        """Whether whoever it came from has to permit that it goes on (H2, TLP), or is used before a court (H1)."""
        onwards = Code.H2 in self.codes or self.handling in SOURCE_ONLY
        return (passed_on and onwards) or (for_court and Code.H1 in self.codes)


def bounds_of(came: Iterable[tuple[str, str, str]]) -> Bounds:
    """Return what holds for a record that came with several labels, codes and restrictions: the strictest of each."""
    rows = list(came)
    labels = [handling for handling, _codes, _words in rows if handling in STRICTNESS]
    return Bounds(
        max(labels, key=STRICTNESS.index, default=""),
        frozenset(code for _handling, codes, _words in rows for code in codes_of(codes)),
        tuple(dict.fromkeys(words for _handling, _codes, words in rows if words)),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def _assigned() -> set[str]:
    """Return the codes that ISO 3166-1 gives to countries, as the table of `organisations` has them."""
    table = unions.FILE.with_name("countries.csv").read_text("utf-8")
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    head, *rows = [line.split(",") for line in lines]
    code, assigned = head.index("code"), head.index("assigned")
    return {row[code] for row in rows if row[assigned] == "1"}


def _ground(row: dict[str, Any]) -> Ground:
    return Ground(
        row["code"],
        row["law"],
        frozenset(Situation(one) for one in row["in"]),
        row["to"],
        row["cites"],
        {"en": row["en"], "da": row["da"]},
        row.get("words", False),
        row["source"],
        read_on(row, f"transfers, ground {row['code']}"),
    )


def _region(row: dict[str, Any], of: list[str]) -> Region:
    read_on(row, f"transfers, {row['law']} for {', '.join(of)}")
    return Region(row["law"], frozenset(of), row["from"], row.get("until"), row.get("cites", ""), row.get("partly", ""))
