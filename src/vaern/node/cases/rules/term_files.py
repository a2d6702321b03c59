"""The data files of who is asked into plain values: terms, grounds to refuse and to postpone, receipts."""

from __future__ import annotations

import enum
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.node.cases.rules.terms import Term
from vaern.node.law.records import Basis, Words

if TYPE_CHECKING:
    from vaern.node.cases.rules.instruments import Instrument

HERE = Path(__file__).parent / "data"
OTHER = "other"
"""The ground that every instrument has: national law, or a treaty of which the table says nothing; words say which."""


class Kind(enum.StrEnum):
    """What a ground is for."""

    REFUSE = "refuse"
    POSTPONE = "postpone"


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a request may be refused, or postponed.

    Attributes:
        code: unique; with it the ground stands on the request and in the numbers.
        treaty: under which; "" for every one.
    """

    code: str
    kind: Kind
    treaty: str
    provision: str
    words: Words
    basis: Basis
    source: str
    day: date


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The confirmation of receipt that an instrument has a form for.

    Attributes:
        lines: what it says beside the facts that every confirmation has.
    """

    treaty: str
    title: Words
    form: str
    basis: Basis
    source: str
    day: date


class Table(msgspec.Struct, frozen=True):
    """All three."""

    terms: tuple[Term, ...]
    grounds: tuple[Ground, ...]
    receipts: tuple[Receipt, ...]

    def grounds_of(self, instrument: Instrument, kind: Kind) -> list[Ground]:
        """Return the grounds of one kind that an instrument has, those of its own treaty first."""
        found = [one for one in self.grounds if one.kind is kind and one.treaty in {instrument.treaty, ""}]
        return sorted(found, key=lambda one: one.treaty == "")

    def receipt_of(self, instrument: Instrument) -> Receipt | None:
        """Return the form of confirmation that an instrument has; None where it has none of its own."""
        return next((one for one in self.receipts if one.treaty == instrument.treaty), None)


def _rows(name: str, kind: str, of: type[Any]) -> tuple[Any, ...]:
    rows = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))[kind]
    return tuple(msgspec.convert(rows, list[of]))  # type: ignore[valid-type]


@cache
def table() -> Table:
    """Return what the files say.

    Raises:
        msgspec.ValidationError: a row has another shape; the message names the field.
        ValueError: two rows say the same thing.
    """
    found = Table(_rows("terms", "term", Term), _rows("grounds", "ground", Ground), _rows("terms", "receipt", Receipt))
    for keys in (
        [(one.instrument, one.duty) for one in found.terms],
        [one.code for one in found.grounds],
        [one.treaty for one in found.receipts],
    ):
        if len(set(keys)) != len(keys):
            raise ValueError("two rows of the incoming side say the same thing")
    return found
