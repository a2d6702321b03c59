"""The messages about lists: schemas with a bound on every field, and the codes of why one is refused."""

from __future__ import annotations

from typing import Annotated

import msgspec

from vaern.node.exchange.rules.messages import Digest

MOST_ENTRIES = 500
"""Recalled entries of one message."""

MOST_OWED = 10_000
"""Recalled entries of one list that wait to be acknowledged; whose keeper tells of more, tells of a new list."""

MOST_ROOTS = 50

NOT_RELEASED = "list_not_released"
UNKNOWN_LIST = "list_unknown"
UNKNOWN_LETTER = "list_acknowledgement_unknown"
TOO_MANY_OWED = "list_recalls_too_many"

Name = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
Ident = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Idents = Annotated[list[Ident], msgspec.Meta(max_length=MOST_ENTRIES)]


class Released(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `list.released`: a list is released to an organisation, or there is a newer signed release of it.

    Attributes:
        name: of the list, or the subset, in its repository.
        title: as its keeper calls it.
        version: of the newest signed release; 0 before the first.
        address: where the repository is served; "" where that is said otherwise.
        roots: the SHA-256 of the roots of the repository, the newest last: by them it is known which source is meant.
    """

    name: Name
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    version: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
    address: Annotated[str, msgspec.Meta(pattern="^(https?://[!-~]{1,280})?$")] = ""
    roots: Annotated[list[Digest], msgspec.Meta(max_length=MOST_ROOTS)] = []


class Recalled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `list.recalled`: entries that match nothing any more. Why, their keeper's page says."""

    entries: Annotated[Idents, msgspec.Meta(min_length=1)]


class Acknowledged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `list.acknowledged`.

    Attributes:
        entries: recalled ones that nothing matches any more on the node of the recipient.
        document: that a signed release is used: what `vaern lists acknowledge` writes, signed by the subscriber's key.
    """

    entries: Idents = []
    document: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
