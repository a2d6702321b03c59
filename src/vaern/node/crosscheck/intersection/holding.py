"""The holder's side of a pair: what it evaluated by night, its answer to a question, and which keys a tag stands for.

On one node both sides are here. Between nodes the holder's node answers when a message comes, and the asker's node has
of all this no more than the file of tags, which it was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaern.node.crosscheck.base.keys import commons_of
from vaern.node.crosscheck.intersection import pair_secrets, places, statements, tag_files
from vaern.node.crosscheck.intersection.evaluation import Evaluated, bring_up_to_date
from vaern.node.crosscheck.intersection.tag_files import ROWS, TAGS, Read
from vaern.node.crosscheck.rules.intersection_messages import Announcement, CommonTags, common, reply
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from numpy.typing import NDArray

    from vaern.node.crosscheck.rules.intersection_messages import Answer, Question


def evaluate(holder: UUID, asker: UUID, epoch: int) -> Evaluated:
    """Bring the tags of an epoch up to date, forget those of all others, and let the secret go on to it."""
    secret, folder = places.secret_of(holder, asker), places.tags_of(holder, asker)
    pair_secrets.begin(secret, epoch)
    seed = pair_secrets.seed_of(secret, epoch)
    places.forget(folder, but=epoch)
    digests = statements.held_by(holder)
    return bring_up_to_date(folder, epoch, seed, _info(holder, asker, epoch), digests, commons_of)


def tags(holder: UUID, asker: UUID, epoch: int) -> Read | None:
    """Return the tags that the asker gets, or None if there are none in this epoch, or they are damaged."""
    try:
        return tag_files.read(places.tags_of(holder, asker) / f"{epoch}.tags", epoch, TAGS)
    except tag_files.Damaged:
        return None


def announcement(holder: UUID, asker: UUID, epoch: int) -> Announcement | None:
    """Return what the holder says of its tags of an epoch."""
    found = tags(holder, asker, epoch)
    return Announcement(epoch, found.public, len(found.rows), found.digest) if found else None


def answer(holder: UUID, asker: UUID, question: Question) -> Answer:
    """Evaluate a question with the key of its epoch.

    Raises:
        BadMessage: an element twice. BadElements: something that is no element.
        Destroyed: the key of that epoch is gone. Unreadable: the secret's file is damaged.
    """
    seed = pair_secrets.seed_of(places.secret_of(holder, asker), question.epoch)
    return reply(Voprf().evaluator(seed, _info(holder, asker, question.epoch)), question)


def take(holder: UUID, asker: UUID, epoch: int, found: Read) -> None:
    """Keep tags that a holder on another node sent, in the place of those that it sent before."""
    tag_files.write(places.tags_of(holder, asker) / f"{epoch}.tags", epoch, found.public, found.rows)


def file_of_tags(holder: UUID, asker: UUID, epoch: int) -> bytes:
    """Return the file of tags as it goes to an asker on another node."""
    return (places.tags_of(holder, asker) / f"{epoch}.tags").read_bytes()


def keep_common(holder: UUID, asker: UUID, said: CommonTags) -> None:
    """Keep which tags both have, as an asker on another node said after people of both agreed."""
    tag_files.put(_common(holder, asker, said.run, said.epoch), said.tags)


def common_said(holder: UUID, asker: UUID, run: UUID, epoch: int) -> CommonTags | None:
    """Return which tags both have; None while the asker's node has not said it."""
    path = _common(holder, asker, run, epoch)
    return CommonTags(run, epoch, path.read_bytes()) if path.exists() else None


def _common(holder: UUID, asker: UUID, run: UUID, epoch: int) -> Path:
    return places.tags_of(holder, asker) / f"{epoch}.{run}.common"


def digests_of(holder: UUID, asker: UUID, said: CommonTags) -> NDArray[Any]:
    """Return the digests of the holder's keys for which the tags stand that both have; of tags of others, none."""
    try:
        index = tag_files.read(places.tags_of(holder, asker) / f"{said.epoch}.index", said.epoch, ROWS)
    except tag_files.Damaged:
        index = None
    if index is None:
        return np.empty(0, "S32")
    found: NDArray[Any] = index.rows["digest"][common(index.rows["tag"], np.sort(np.frombuffer(said.tags, TAGS)))]
    return found


def _info(holder: UUID, asker: UUID, epoch: int) -> bytes:
    return f"vaern deconfliction {holder} for {asker} in {epoch}".encode()
