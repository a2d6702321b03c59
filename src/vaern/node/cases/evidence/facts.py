"""What is said of a piece of evidence, as one immutable record: sealed in the database, hashed in the chain."""

from __future__ import annotations

from typing import Any

import msgspec

from vaern.formats.custody import digest
from vaern.node.base.sealing import seal, unseal
from vaern.node.cases.models.evidence import SEALED


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of it.

    Attributes:
        description: what it is, in words.
        digests: of what lies elsewhere, by name (`rules.LENGTHS`); hexadecimal, lower case.
        seized_at: when it was seized or received; ISO 8601 with zone; "" if not known.
        source: from whom or what it came: a role, an organisation, a place. Never a name.
        legal_basis: on which.
        origin: how it came to be: the request to which it answers, the tool that made the image.
        use_limits: what it may not be used for.
        place: where it lay when it was registered.
    """

    description: str
    digests: dict[str, str] = {}
    seized_at: str = ""
    source: str = ""
    legal_basis: str = ""
    origin: str = ""
    use_limits: str = ""
    place: str = ""

    @property
    def as_json(self) -> dict[str, Any]:
        """The record as it is hashed and exported: all members are always there."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @property
    def hash(self) -> str:
        """SHA-256 of its canonical form; hexadecimal."""
        return digest(self.as_json)


def sealed(facts: Facts) -> bytes:
    """Return it as the database keeps it."""
    return seal(msgspec.json.encode(facts).decode(), SEALED)


def opened(raw: bytes | memoryview) -> Facts:
    """Return what was sealed."""
    return msgspec.json.decode(unseal(raw, SEALED), type=Facts)
