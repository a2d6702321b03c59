"""What two nodes say to each other of a private comparison: bodies of messages, files beside them, and codes. Pure.

Values, tags and elements go as files, because a message holds nothing that looks like packed data. Each file begins
with what it is, so that nothing that begins as media does is ever taken for one. All of a pair's messages are about its
id, which both nodes compute from the ids of the two organisations.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated
from uuid import UUID, uuid5

import msgspec

from vaern.node.crosscheck.rules.disclosures import RefusalGround
from vaern.node.crosscheck.rules.intersection import MOST_ASKED, MOST_HELD, TAG
from vaern.node.crosscheck.rules.intersection_messages import Epoch
from vaern.node.crosscheck.rules.oblivious import ELEMENT, PROOF, BadElements, pieces
from vaern.node.crosscheck.rules.oblivious_kept import is_element

ON = "crosscheck.private_on"
OFF = "crosscheck.private_off"
TAGS = "crosscheck.private_tags"
ASKED = "crosscheck.private_asked"
ANSWERED = "crosscheck.private_answered"
COUNTED = "crosscheck.private_counted"
PROPOSED = "crosscheck.private_proposed"
AGREED = "crosscheck.private_agreed"
REFUSED = "crosscheck.private_refused"
WITHDRAWN = "crosscheck.private_withdrawn"
COMMON = "crosscheck.private_common"

NOT_ON = "private_not_on"
OTHER_PAIR = "private_other_pair"
OTHER_EPOCH = "private_other_epoch"
OTHER_KEY = "private_other_key"
OLDER_TAGS = "private_older_tags"
SIZE = "private_size"
NO_TAGS = "private_no_tags"
TOO_OFTEN = "private_too_often"
ASKED_BEFORE = "private_asked_before"
NOT_ASKED = "private_not_asked"
ANSWERED_BEFORE = "private_answered_before"
UNPROVEN = "private_unproven"
ELEMENTS = "private_elements"
NOT_PROPOSED = "private_not_proposed"
PROPOSED_BEFORE = "private_proposed_before"
CROSSED = "private_crossed"
OVER = "private_over"

HEADER = 8
QUESTION, ANSWER, BOTH = b"VAERNPQ1", b"VAERNPA1", b"VAERNPC1"
"""How the files of a question, an answer and the tags of what both have begin."""

TAGS_HEADER = 96
LARGEST_TAGS = TAGS_HEADER + MOST_HELD * TAG
LARGEST_QUESTION = HEADER + MOST_ASKED * ELEMENT
LARGEST_ANSWER = HEADER + PROOF + MOST_ASKED * ELEMENT
LARGEST_BOTH = HEADER + MOST_ASKED * TAG

Key = Annotated[str, msgspec.Meta(pattern=f"^[0-9a-f]{{{2 * ELEMENT}}}$")]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Values = Annotated[int, msgspec.Meta(ge=1, le=MOST_ASKED)]
Holds = Annotated[int, msgspec.Meta(ge=0, le=MOST_HELD)]

_SPACE = UUID("6f0e4a53-6c1f-4c53-9b6e-0c7c5b8e7d11")


def pair_id(one: UUID, other: UUID) -> UUID:
    """Return the id of a pair, the same on every node."""
    low, high = sorted([one, other])
    return uuid5(_SPACE, f"{low} {high}")


class Switched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `crosscheck.private_on` and `crosscheck.private_off`: one side has it on from now on, or off."""


class Tags(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.private_tags`, whose file is the tags of all that the sender holds.

    Attributes:
        epoch: for which they are.
        public: the key against which the answers of the epoch are verified.
        held: how many values.
        digest: the checksum that the file has of itself.
    """

    epoch: Epoch
    public: Key
    held: Holds
    digest: Digest


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.private_asked`, whose file is the blinded values.

    Attributes:
        run: id of the question.
        epoch: of the tags that its answer is compared with.
        public: the key that came with them.
        values: how many.
    """

    run: UUID
    epoch: Epoch
    public: Key
    values: Values


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.private_answered`, whose file is the proof and the evaluated values.

    Attributes:
        run: the question.
        epoch: of the key.
    """

    run: UUID
    epoch: Epoch


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.private_counted`: the number, for the people of the side that was asked.

    Attributes:
        run: the question.
        count: how many of its values the side that was asked holds.
    """

    run: UUID
    count: Annotated[int, msgspec.Meta(ge=0, le=MOST_ASKED)]


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.private_proposed`, `_agreed` and `_withdrawn`.

    Attributes:
        run: which question it is about.
        proposal: which proposal; whoever proposes again does it under another id.
    """

    run: UUID
    proposal: UUID


class Declined(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.private_refused`.

    Attributes:
        run: which question it is about.
        proposal: which proposal.
        ground: the coarse word that the other side reads.
    """

    run: UUID
    proposal: UUID
    ground: RefusalGround


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `crosscheck.private_common`, whose file is the tags of what both have, once both agreed.

    Attributes:
        run: which question they are about.
        epoch: of the tags.
    """

    run: UUID
    epoch: Epoch


def question_file(elements: bytes) -> bytes:
    """Return the file of a question."""
    return QUESTION + elements


def answer_file(proof: bytes, elements: bytes) -> bytes:
    """Return the file of an answer."""
    return ANSWER + proof + elements


def common_file(tags: bytes) -> bytes:
    """Return the file of what both have."""
    return BOTH + tags


def elements_of(file: bytes) -> bytes:
    """Return the elements of a question's file."""
    return file[HEADER:]


def evaluation_of(file: bytes) -> tuple[bytes, bytes]:
    """Return the elements and the proof of an answer's file."""
    return file[HEADER + PROOF :], file[HEADER : HEADER + PROOF]


def not_question(file: bytes) -> str:
    """Return "" if a file is nothing but blinded elements; else what it is taken for."""
    return "" if file.startswith(QUESTION) and _all_elements(file[HEADER:]) else _NOT_THAT


def not_answer(file: bytes) -> str:
    """Return "" if a file is nothing but a proof and evaluated elements; else what it is taken for."""
    return "" if file.startswith(ANSWER) and _all_elements(file[HEADER + PROOF :]) else _NOT_THAT


def not_common(file: bytes) -> str:
    """Return "" if a file is nothing but tags, in order and each once; else what it is taken for."""
    tags, rest = file[HEADER:], (len(file) - HEADER) % TAG
    if not file.startswith(BOTH) or rest or len(file) > LARGEST_BOTH:
        return _NOT_THAT
    each = [int.from_bytes(tags[at : at + TAG], "little") for at in range(0, len(tags), TAG)]
    return "" if all(one < other for one, other in pairwise(each)) else _NOT_THAT


_NOT_THAT = "packed data"
"""A picture is not a list of elements of the group, each 32 bytes in the one form that each has, nor in order."""


def _all_elements(data: bytes) -> bool:
    try:
        return all(is_element(one) for one in pieces(data, 1, MOST_ASKED))
    except BadElements:
        return False
