"""What two sides send each other in a run, as plain structures with bounds. Pure.

    announcement    holder → asker    by night: its public key and tags of the epoch
    question        asker → holder    blinded values, shuffled
    answer          holder → asker    evaluated values, and the proof
    count           asker → holder    the number, for the people of both
    common tags     asker → holder    after people of both agreed, and never before

`reply` and `Pending.tags` are all that is computed of them. What comes from the other side is hostile until it passed.
Between nodes the same travels as `intersection_bodies` says.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
import numpy as np

from vaern.node.crosscheck.rules.intersection import MOST_ASKED, MOST_HELD, TAG
from vaern.node.crosscheck.rules.oblivious import ELEMENT, PROOF, Evaluation, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vaern.node.crosscheck.rules.oblivious import Blinding, Evaluator, Oprf

Epoch = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Elements = Annotated[bytes, msgspec.Meta(min_length=ELEMENT, max_length=MOST_ASKED * ELEMENT)]


class BadMessage(ValueError):
    """A message does not fit the one that it answers, or says what it may not."""


class Announcement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a holder evaluated for one asker in one epoch.

    Attributes:
        epoch: its number.
        public: the key against which the answers of the epoch are verified.
        held: how many values.
        digest: SHA-256 of the tags as they stand in their file.
    """

    epoch: Epoch
    public: Annotated[bytes, msgspec.Meta(min_length=ELEMENT, max_length=ELEMENT)]
    held: Annotated[int, msgspec.Meta(ge=0, le=MOST_HELD)]
    digest: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The asker's values, blinded."""

    run: UUID
    epoch: Epoch
    elements: Elements

    @property
    def digest(self) -> bytes:
        """SHA-256 of the elements, by which the holder knows a question that was sent before."""
        return hashlib.sha256(self.elements).digest()


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same, evaluated with the holder's key of the epoch."""

    run: UUID
    epoch: Epoch
    elements: Elements
    proof: Annotated[bytes, msgspec.Meta(min_length=PROOF, max_length=PROOF)]


class Count(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of the asker's values the holder has."""

    run: UUID
    count: Annotated[int, msgspec.Meta(ge=0, le=MOST_ASKED)]


class CommonTags(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tags of the values that both have, in order, after people of both sides agreed."""

    run: UUID
    epoch: Epoch
    tags: Annotated[bytes, msgspec.Meta(max_length=MOST_ASKED * TAG)]


class Pending:
    """The asker's side between its question and the answer.

    Attributes:
        order: which value stands at each place of the question.
    """

    def __init__(self, question: Question, blinding: Blinding, order: list[int]) -> None:
        self.question, self._blinding, self.order = question, blinding, order

    def tags(self, answer: Answer, public: bytes) -> NDArray[np.uint64]:
        """Return the tags of the values in the order in which they were given.

        Args:
            answer: of the holder.
            public: the key that it announced by night.

        Raises:
            BadMessage: it answers another question.
            BadElements: it is no answer. Unverified: it was evaluated with another key.
        """
        if (answer.run, answer.epoch) != (self.question.run, self.question.epoch):
            raise BadMessage("the answer is to another question")
        outputs = self._blinding.finalize(Evaluation(answer.elements, answer.proof), public)
        found = np.empty(len(outputs), np.uint64)
        found[self.order] = [tag_of(one) for one in outputs]
        return found


def tag_of(output: bytes) -> int:
    """Return the tag of an output: its first bytes as a number, the least significant first."""
    return int.from_bytes(output[:TAG], "little")


def tags_of(outputs: Sequence[bytes]) -> NDArray[np.uint64]:
    """Return the tags of outputs, in their order."""
    return np.array([tag_of(one) for one in outputs], np.uint64)


def ask(oprf: Oprf, run: UUID, epoch: int, values: Sequence[bytes]) -> Pending:
    """Return the question about values, shuffled, so that no place in it says anything.

    Raises:
        ValueError: they are too many, or two are equal.
    """
    if len(values) > MOST_ASKED or len(set(values)) != len(values):
        raise ValueError(f"at most {MOST_ASKED} values are asked about, each once")
    order = list(range(len(values)))
    random.SystemRandom().shuffle(order)
    blinding = oprf.blind([values[n] for n in order])
    return Pending(Question(run, epoch, blinding.elements), blinding, order)


def reply(evaluator: Evaluator, question: Question) -> Answer:
    """Return the holder's answer.

    Raises:
        BadMessage: an element stands in it twice: no asker that blinds sends that.
        BadElements: it has something that is no element.
    """
    if len(set(pieces(question.elements, 1, MOST_ASKED))) != len(question.elements) // ELEMENT:
        raise BadMessage("an element stands in the question twice")
    made = evaluator.evaluate(question.elements)
    return Answer(question.run, question.epoch, made.elements, made.proof)


def common(tags: NDArray[np.uint64], held: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return which of some tags stand among the holder's, which are in order."""
    at = np.searchsorted(held, tags)
    return np.asarray(held[np.minimum(at, len(held) - 1)] == tags) if len(held) else np.zeros(len(tags), bool)
