"""The bodies of the messages about series. No content, no name, and no number of a file in a register of the police."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from vaern.node.victims.rules.clues import LONGEST_WORDS, Circle, ClueKind, Confidence, Nature
from vaern.node.victims.rules.exchanged import FILES_AT_ONCE, MOST_CLUES, MOST_FILES, MOST_NAMED, MOST_VALUES
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import LONGEST_WHY, MOST_ASKED, Answer, Milestones, Standing

Short = Annotated[str, msgspec.Meta(max_length=100)]
Why = Annotated[str, msgspec.Meta(max_length=LONGEST_WHY)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
Countries = Annotated[list[Country], msgspec.Meta(max_length=50)]
Count = Annotated[int, msgspec.Meta(ge=0, le=99)]
Number = Annotated[int, msgspec.Meta(ge=1, le=1 << 50)]
Md5 = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")]
Sha1 = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{40})?$")]
Sha256 = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
Pdq = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One file of a series: what a desk to which it is released sees of it, and nothing by which it could be made.

    Attributes:
        number: what its owner calls it.
        md5, sha1, sha256: hexadecimal; "" where not known.
        pdq: of the picture as it stands, or of each frame of an animation.
        mime, size, make, model, lens, taken, taken_local: as `models.Member` has them.
        verdict: known, near or new by the lists at its owner's hand; "" of a bare hash.
        rule, because, distance: why it belongs, to which other file's number, and how near.
        graded: what was said of it at a workstation, in the words of its scheme.
    """

    number: Number
    md5: Md5 = ""
    sha1: Sha1 = ""
    sha256: Sha256 = ""
    pdq: Annotated[list[Pdq], msgspec.Meta(max_length=MOST_VALUES)] = []
    mime: Short = ""
    size: Annotated[int, msgspec.Meta(ge=0, le=1 << 60)] = 0
    make: Short = ""
    model: Short = ""
    lens: Short = ""
    taken: datetime | None = None
    taken_local: bool = False
    verdict: Annotated[str, msgspec.Meta(pattern="^[a-z]{0,10}$")] = ""
    rule: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,20}$")] = "by_hand"
    because: Number | None = None
    distance: Annotated[int, msgspec.Meta(ge=0, le=256)] | None = None
    graded: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Observed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One clue that the other side may know of; who wrote it is said by no more than the organisation."""

    kind: ClueKind
    nature: Nature
    confidence: Confidence
    circle: Circle
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_WORDS)]
    countries: Countries = []
    against: Countries = []


Files = Annotated[list[File], msgspec.Meta(max_length=FILES_AT_ONCE)]
Clues = Annotated[list[Observed], msgspec.Meta(max_length=MOST_CLUES)]
Total = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


class Disseminated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.disseminated`; files beyond the first follow as `series.changed`.

    Attributes:
        code: by which its owner's people call it; the receiver's call it so too, unless they have one of that code.
        synthetic: it is made up.
        total: how many files it has.
        files: the first of them.
        clues: those that the desk may know of.
    """

    code: Annotated[str, msgspec.Meta(pattern="^[0-9A-Z-]{4,9}$")]
    synthetic: bool
    total: Total
    files: Files
    clues: Clues = []


class Changed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.changed`: what came to a series or went since it was sent.

    Attributes:
        total: how many files it has now; a desk's copy that has fewer is behind. A desk says 0: it has no say in it.
        files: that came; only its owner says which.
        gone: numbers of files that went.
        clues: all of the sender's that the other side may know of now; None where these did not change.
    """

    total: Total
    files: Files = []
    gone: Annotated[list[Number], msgspec.Meta(max_length=MOST_FILES)] = []
    clues: Clues | None = None


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.answered`: what a desk answers, and why it declines or gives back."""

    answer: Annotated[Answer, msgspec.Meta(description="`accepted`, `declined` or `given_back`")]
    why: Why = ""


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.outcome`: what the desk that accepted a series says of the child.

    Attributes:
        code: what was reached.
        on: the day on which it happened.
        why: of an identification that is taken back.
        children: how many are known now; girls to adult: how many of them were recorded as that.
    """

    code: Milestones
    on: date
    why: Why = ""
    children: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    girls: Count = 0
    boys: Count = 0
    others: Count = 0
    under3: Count = 0
    under14: Count = 0
    under18: Count = 0
    adult: Count = 0


class Stands(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.stands`: how a series stands by its owner's word, and what was just reached.

    Attributes:
        state: how far it is.
        yours: the desk that is told is the one that accepted it.
        identified_on, safeguarded_on: the days; by_you: the desk that is told identified the child.
        excused: it was closed without that, or the identification was taken back.
        after: the id of the desk's last `series.outcome` that this takes account of; None before the first.
        total: how many files it has.
        code, on, why: what was reached, when, and the words that go with it; None where only the state changed.
    """

    state: State
    yours: bool
    identified_on: date | None = None
    safeguarded_on: date | None = None
    by_you: bool = False
    excused: bool = False
    after: UUID | None = None
    total: Total = 0
    code: Milestones | None = None
    on: date | None = None
    why: Why = ""


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.stop`: the child of a series at the sender's node, which shares files, is known.

    Attributes:
        same_file: they share a file, so that nobody needs to search any further; else they look alike: compare.
        code: `identified`, `safeguarded`, or `retracted` when that was an error.
    """

    same_file: bool
    code: Milestones


class AskedSignal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One hash that is asked about."""

    kind: Annotated[str, msgspec.Meta(pattern="^(md5|sha1|sha256|pdq)$")]
    value: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{2}){16,32}$")]


class KnownAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.known_asked`: hashes about which somebody asks all who work on series at a node."""

    signals: Annotated[list[AskedSignal], msgspec.Meta(min_length=1, max_length=MOST_ASKED)]


class KnownSaid(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said of one hash.

    Attributes:
        standing: the strongest of all series there that hold it.
        near: found by a PDQ that looks alike, and by no equal value.
        by: ids of the organisations that hold it and let everybody know.
        others: somebody holds it who is not named.
    """

    standing: Standing
    near: bool = False
    by: Annotated[list[UUID], msgspec.Meta(max_length=MOST_NAMED)] = []
    others: bool = False


class KnownAnswered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `series.known_answered`: one line for each hash, in the order in which they were asked."""

    said: Annotated[list[KnownSaid], msgspec.Meta(min_length=1, max_length=MOST_ASKED)]
