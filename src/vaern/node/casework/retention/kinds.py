"""How records of a kind end: what is different of each.

    register(Retention(model=Scan, name="scans", expired=acts.EXPIRED, delete=_delete, …))

An app makes it known by `actions.register`, in its `ready()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from vaern.node.casework.models import Casework
from vaern.node.casework.releases import actions as releases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from vaern.node.ledger.rules import Act, Actor, Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

Record = TypeVar("Record", bound=Casework)


class Number(NamedTuple):
    """A number that outlives a record: it counts in the month of a day."""

    day: date
    name: str
    value: int = 1


@dataclass(frozen=True)
class Hold:
    """Why a record may not be erased.

    Attributes:
        until: the clock keeps it until this day, unless that has passed.
        act: what the ledger says when the clock kept it.
        refusal: what a person is told who wants to erase it; "" where it holds the clock only.
    """

    until: date
    act: Act
    refusal: str = ""


def at_end_date(record: Casework, until: date) -> None:
    """Give a locked record another end date."""
    record.review_date = until
    record.save(update_fields=["review_date"])


@dataclass(frozen=True, kw_only=True)
class Retention(Generic[Record]):
    """How records of one kind end.

    Attributes:
        model: the kind.
        name: of what is erased, once in the node: the nightly job logs it.
        expired, erased, prolonged: what the ledger says when the clock erased it, a person did, or kept it longer;
            None where no person does.
        delete: deletes a locked record; returns how many rows, files or findings went with it, for the ledger.
        rows: which records the clock comes to; all of them if left out.
        wait: waits for what has to be locked before a record of an organisation.
        locked: locks a record for a person of its organisation, or refuses.
        may_erase: asks the rules whether somebody, a person or the node, may erase a locked record, or refuses.
        holds: why it may not be erased today, the strongest first.
        latest: until when its sender lets it be kept; None for what is one's own.
        keep: gives a locked record another end date.
        whole: it and all that belongs to it, the leaves first.
        recall: recalls it from everybody.
        numbers: what statistics keep of it.
        let_go: takes its keys back and unties what hangs on it, before it is deleted.
    """

    model: type[Record]
    name: str
    expired: Act
    erased: Act | None = None
    prolonged: Act | None = None
    delete: Callable[[Record], int | None]
    rows: Callable[[], QuerySet[Record]] | None = None
    wait: Callable[[Organisation], object] = lambda _organisation: None
    locked: Callable[[Viewer, Record], Record] = releases.locked
    may_erase: Callable[[Record, Actor], object] = lambda _record, _by: None
    holds: Callable[[Record, date], Iterable[Hold]] = lambda _record, _today: ()
    latest: Callable[[Record], date | None] = lambda _record: None
    keep: Callable[[Record, date], object] = at_end_date
    whole: Callable[[Record], Sequence[Record]] = lambda record: [record]
    recall: Callable[[Viewer, Record, Reason], object] = releases.recall_all
    numbers: Callable[[Record], Iterable[Number]] = lambda _record: ()
    let_go: Callable[[Record, Actor], object] = lambda _record, _by: None


_KINDS: dict[type[Casework], Retention[Any]] = {}
_LET_GO: dict[Callable[[Any], object], type[Casework] | None] = {}


def known(kind: Retention[Record]) -> None:
    """Note a kind; `actions.register` lets the clock come to it, too."""
    _KINDS[kind.model] = kind


def kinds() -> list[Retention[Any]]:
    """Return every kind that was registered."""
    return list(_KINDS.values())


def kind_of(record: Record) -> Retention[Record]:
    """Return how records of this kind end."""
    return _KINDS[type(record)]


def before_erasing(model: type[Casework] | None, do: Callable[[Any], object]) -> None:
    """Let an app that refers to records let go of one that is erased, in the same transaction.

    Args:
        model: the kind; None for every kind.
        do: is given the record.
    """
    _LET_GO[do] = model


def let_go(record: Casework) -> None:
    """Let every app that refers to a record let go of it."""
    for do, model in _LET_GO.items():
        if model is None or isinstance(record, model):
            do(record)
