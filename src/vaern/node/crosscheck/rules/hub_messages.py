"""What members and a hub say to each other, and what two members say through it: structures with bounds. Pure.

Enrolled and withdrawn are a record's keyed values, from a member to the hub. Met and parted the hub tells two members.
Passed is what one side of a meeting says to the other, sealed from the hub that carries it (`Said`). A question about a
country goes to the hub, its answer back. The secret goes from member to member, and never to a hub.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec

from vaern.node.crosscheck.rules.disclosures import LONGEST_CONTACT, Level, RefusalGround
from vaern.node.crosscheck.rules.hub import MOST_SHARED, MOST_VALUES, SAID
from vaern.node.crosscheck.rules.registry import State, Update

ENROLLED = "crosscheck.enrolled"
WITHDRAWN = "crosscheck.withdrawn"
MET = "crosscheck.met"
PARTED = "crosscheck.parted"
PASSED = "crosscheck.passed"
SECRET = "crosscheck.secret"  # noqa: S105 - the name of a kind of message
COUNTRY_ASKED = "crosscheck.country_asked"
COUNTRY_ANSWERED = "crosscheck.country_answered"

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Proof = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
Country = Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z_]{0,39}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A keyed value of a record.

    Attributes:
        key: equal for equal values of all members; of no value that can be read or guessed without their secret.
        proof: that whoever enrolled the record holds the value; only who holds it too can check it.
    """

    key: Digest
    proof: Proof


class Enrolled(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.enrolled`: further values of a record, and what may be said of its country.

    Attributes:
        record: a number that means nothing elsewhere.
        values: beside those that came before.
        country: of the organisation, if its administrator allowed that it is named.
        hint: the country to which its work points, likewise.
    """

    record: UUID
    values: Annotated[list[Value], msgspec.Meta(max_length=MOST_VALUES)] = []
    country: Country = ""
    hint: Country = ""


class Withdrawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.withdrawn`.

    Attributes:
        record: as it was enrolled.
        keys: of the values that go; the record with all of them if none is named.
    """

    record: UUID
    keys: Annotated[list[Digest], msgspec.Meta(max_length=MOST_VALUES)] = []


class Met(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.met`: the hub tells both sides the same, each from its own side.

    Attributes:
        meeting: its number, the same for both.
        record: of the side that is told.
        other: of the other side.
        shared: what both hold, with the other side's proofs.
    """

    meeting: UUID
    record: UUID
    other: UUID
    shared: Annotated[list[Value], msgspec.Meta(min_length=1, max_length=MOST_SHARED)]


class Parted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `crosscheck.parted`: the two records have nothing in common any more."""

    meeting: UUID


class Passed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `crosscheck.passed`.

    Attributes:
        meeting: of the two sides.
        sealed: what one says to the other, in base64; always of one size.
    """

    meeting: UUID
    sealed: Annotated[str, msgspec.Meta(min_length=SAID, max_length=SAID * 4 // 3 + 4)]


class Shared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.secret`: what members key values with.

    Attributes:
        number: the newest counts.
        secret: 32 bytes as hexadecimal digits.
    """

    number: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    secret: Digest


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many signs of a kind point to a country."""

    code: Code
    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    count: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class CountryAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.country_asked`.

    Attributes:
        question: its number.
        record: as it was enrolled.
        signs: what the asking node knows itself: where a trace placed the host and the address, and whose countries
            may be named.
    """

    question: UUID
    record: UUID
    signs: Annotated[list[Sign], msgspec.Meta(max_length=1_000)] = []


class SignLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of what explains a country."""

    code: Code
    points: Annotated[float, msgspec.Meta(ge=0, le=100)]
    of: Annotated[int, msgspec.Meta(ge=0, le=100)]
    signs: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Proposed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A country, and why."""

    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    points: Annotated[float, msgspec.Meta(ge=0, le=100)]
    lines: Annotated[list[SignLine], msgspec.Meta(max_length=20)]


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A desk of a proposed country that takes reports, as the hub's directory has it."""

    country: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
    organisation: UUID
    name: Name
    node: Annotated[str, msgspec.Meta(min_length=1, max_length=253)]


class CountryAnswered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.country_answered`: a person at the hub passed it on.

    Attributes:
        question: its number.
        declined: the hub cannot say.
        proposals: the countries with their points and lines.
        weights: the version of the weights.
        desks: whom a report can be forwarded to there.
    """

    question: UUID
    declined: bool
    proposals: Annotated[list[Proposed], msgspec.Meta(max_length=300)] = []
    weights: Annotated[str, msgspec.Meta(max_length=20)] = ""
    desks: Annotated[list[Desk], msgspec.Meta(max_length=500)] = []


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="standing", kw_only=True):
    """How the work on the speaker's record stands.

    Attributes:
        number: counts what a side says of it; an older one counts for nothing.
        state: how it stands.
        update: what whoever met it is told, if anything.
    """

    number: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    state: State
    update: Update | None = None


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="asked", kw_only=True):
    """The speaker asks that both say who they are."""

    reveal: UUID
    level: Level
    why: Code
    until: datetime


class Introduction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who one side is; signed by its node.

    Attributes:
        meeting, reveal: for what, so that nobody shows it elsewhere.
        node: on which it lives.
        organisation, name, kind, country: as its directory has it.
        contact: how its desk is reached, where that was agreed on.
    """

    meeting: UUID
    reveal: UUID
    node: Annotated[str, msgspec.Meta(min_length=1, max_length=253)]
    organisation: UUID
    name: Name
    kind: Code
    country: Country = ""
    contact: Annotated[str, msgspec.Meta(max_length=LONGEST_CONTACT)] = ""


class KeptIntroduction(msgspec.Struct, frozen=True, kw_only=True):
    """An introduction as it is kept: `checked`, its node is a peer that signed it."""

    introduction: Introduction
    checked: bool


class Agreed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="agreed", kw_only=True):
    """The speaker agrees, and says who it is."""

    reveal: UUID
    introduction: Annotated[str, msgspec.Meta(max_length=6_000)]


class Introduced(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="introduced", kw_only=True):
    """The speaker asked, the other side agreed, and so it says who it is too."""

    reveal: UUID
    introduction: Annotated[str, msgspec.Meta(max_length=6_000)]


class Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="refused", kw_only=True):
    """The speaker does not say who it is."""

    reveal: UUID
    ground: RefusalGround


class TakenBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="taken_back", kw_only=True):
    """The speaker takes its question back."""

    reveal: UUID


class Ended(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="ended", kw_only=True):
    """The speaker ends what both agreed on."""

    reveal: UUID


Said: TypeAlias = Standing | Asked | Agreed | Introduced | Refused | TakenBack | Ended
"""What one side of a meeting can say to the other."""
