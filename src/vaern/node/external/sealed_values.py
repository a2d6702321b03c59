"""What was written of an external identifier: sealed in the database, opened for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from vaern.node.base.sealing import Unsealable, keyed, seal, unseal
from vaern.node.external.models import SEALED, ExternalChange, ExternalIdentifier
from vaern.node.external.rules import LONGEST_NOTE, normal, said, same

if TYPE_CHECKING:
    from vaern.node.external.records import System


class Written(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody wrote.

    Attributes:
        value: the identifier as it was written.
        holder: the organisation or company whose number it is.
        note: in a few words.
        because: why it was withdrawn; of a change alone.
    """

    value: str
    holder: str = ""
    note: str = ""
    because: str = ""


@dataclass(frozen=True)
class Given:
    """An identifier that somebody gives: all that they decide of it."""

    system: str
    value: str
    country: str = ""
    holder: str = ""
    along: str = ""
    note: str = ""

    @property
    def written(self) -> Written:
        """What of it is sealed."""
        return Written(said(self.value), said(self.holder), said(self.note)[:LONGEST_NOTE])

    def columns(self, system: System) -> dict[str, object]:
        """Return what of it stands in columns; `system` is the row of its system."""
        return {
            "system": self.system,
            "country": self.country,
            "along": self.along,
            "sealed": sealed(self.written),
            "value_key": value_key(self.value),
            "same_key": self.same_key(system),
        }

    def same_key(self, system: System) -> bytes:
        """Return the keyed digest that two of the same have alike; `system` is the row of its system."""
        return keyed("same " + same(system, self.value, self.country, self.holder), SEALED)


def value_key(text: str) -> bytes:
    """Return the keyed digest by which a search finds a value."""
    return keyed("value " + normal(text), SEALED)


def sealed(written: Written) -> bytes:
    """Return what was written as the database keeps it."""
    return seal(msgspec.json.encode(written).decode(), SEALED)


def opened(row: ExternalIdentifier | ExternalChange) -> Written:
    """Return what was written.

    Raises:
        Unsealable: it was sealed by another node's secret.
    """
    return msgspec.json.decode(unseal(row.sealed, SEALED), type=Written)


def opened_or_none(row: ExternalIdentifier | ExternalChange) -> Written | None:
    """Return what was written, or None where it does not open."""
    try:
        return opened(row)
    except Unsealable:
        return None
