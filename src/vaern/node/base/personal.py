"""What is personal in a table, and how it ends: said by each model, in its `PERSONAL`.

    class Party(Owned):
        PERSONAL: ClassVar = Personal(Ends.RECORD, {"sealed": (Whom.SUSPECT,)}, plain=("state",))

A column that points at a `Person` is personal by itself: of the node's own people. Ids, times, numbers, truths and
codes with choices are about nobody by themselves; every other column is named, as personal or as plain: a test looks.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Whom(enum.StrEnum):
    """Whom a column can be about."""

    STAFF = "the node’s own people"
    REPORTER = "whoever reported"
    CHILD = "a child, or an adult who was one"
    SUSPECT = "whoever the record is about"
    CONTACT = "somebody at a host, a provider, an authority or a house that supports"
    JOURNALIST = "a journalist"
    OFFICE = "somebody in public office"
    ASKER = "whoever asks what is held about them"


class Ends(enum.StrEnum):
    """How the personal columns of a row end."""

    RECORD = "with the record of casework that it is part of"
    DATE = "at a date of its own, by the nightly job"
    ACCOUNT = "with the account"
    REDACTED = "its words are erased by themselves; the entry and its proof stay"
    KEPT = "stays"


@dataclass(frozen=True)
class Personal:
    """What is personal in a table.

    Attributes:
        ends: how; None where nothing in the table is personal.
        columns: which columns, and whom each can be about, beside those that point at a person.
        plain: columns of text or bytes that are about nobody.
        because: why it stays, of `Ends.KEPT`.
    """

    ends: Ends | None = None
    columns: Mapping[str, tuple[Whom, ...]] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    because: str = ""

    def __post_init__(self) -> None:
        """Refuse what says less than it has to.

        Raises:
            ValueError: something is personal and nothing says how it ends, or it stays and nothing says why.
        """
        if self.columns and self.ends is None:
            raise ValueError("what is personal ends somehow")
        if (self.ends is Ends.KEPT) != bool(self.because):
            raise ValueError("what stays has a reason, and nothing else has")


ABOUT_NOBODY = (
    models.AutoField,
    models.UUIDField,
    models.DateField,
    models.BooleanField,
    models.IntegerField,
    models.FloatField,
    models.DecimalField,
    models.DurationField,
)
"""Kinds of column that say nothing of anybody by themselves: ids, times, numbers, truths."""


def own_models() -> list[type[models.Model]]:
    """Return the models of the node, those of its libraries apart."""
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("vaern.")]


def people_in(model: type[models.Model]) -> list[str]:
    """Return the columns that point at one of the node's own people."""
    return [found.name for found in model._meta.local_concrete_fields if found.related_model is get_user_model()]


def to_be_named(model: type[models.Model]) -> Iterator[str]:
    """Yield the columns of which a model has to say whether they are personal."""
    for column in model._meta.local_concrete_fields:
        if not (column.is_relation or column.choices or isinstance(column, ABOUT_NOBODY)):
            yield column.name


def personal_of(model: type[models.Model]) -> Personal:
    """Return what a model says itself; nothing is inherited, so that nobody says it by accident."""
    found: Any = vars(model).get("PERSONAL", Personal())
    return found  # type: ignore[no-any-return]


def erase_with_account(person: Any) -> int:
    """Erase every row that ends with the account of a person, the account's own apart; return how many went."""
    found = (model for model in own_models() if personal_of(model).ends is Ends.ACCOUNT)
    rows = ((model, name) for model in found for name in people_in(model))
    return sum(model._base_manager.filter(**{name: person}).delete()[0] for model, name in rows)
