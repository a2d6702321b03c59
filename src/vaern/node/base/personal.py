"""Which columns hold personal data, and when they are erased: declared by each model in `PERSONAL`.

    class Party(Owned):
        PERSONAL: ClassVar = Personal(Ends.RECORD, {"sealed": (Whom.SUSPECT,)}, plain=("state",))

A foreign key to `Person` is personal by itself: it is about the node's own people. Ids, times, numbers, booleans and
codes with choices are about nobody; a test requires every other column to be declared, as personal or as plain.
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
    """The people a column can be about."""

    STAFF = "the node’s own people"
    REPORTER = "whoever reported"
    CHILD = "a child, or an adult who was one"
    SUSPECT = "whoever the record is about"
    CONTACT = "somebody at a host, a provider, an authority or a house that supports"
    JOURNALIST = "a journalist"
    OFFICE = "somebody in public office"
    ASKER = "whoever asks what is held about them"


class Ends(enum.StrEnum):
    """When the personal columns of a row are erased."""

    RECORD = "with the record of casework that it is part of"
    DATE = "at a date of its own, by the nightly job"
    ACCOUNT = "with the account"
    REDACTED = "its words are erased by themselves; the entry and its proof stay"
    KEPT = "stays"


@dataclass(frozen=True)
class Personal:
    """The personal columns of a table.

    Attributes:
        ends: when they are erased; None if nothing in the table is personal.
        columns: each column and whom it can be about, besides foreign keys to a person.
        plain: columns of text or bytes that are about nobody.
        because: why they are kept, for `Ends.KEPT`.
    """

    ends: Ends | None = None
    columns: Mapping[str, tuple[Whom, ...]] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    because: str = ""

    def __post_init__(self) -> None:
        """Reject an incomplete declaration.

        Raises:
            ValueError: personal columns without an end, or kept without a reason.
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
    """Return the node's own models, without those of its libraries."""
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("vaern.")]


def people_in(model: type[models.Model]) -> list[str]:
    """Return the foreign keys to the node's own people."""
    return [found.name for found in model._meta.local_concrete_fields if found.related_model is get_user_model()]


def to_be_named(model: type[models.Model]) -> Iterator[str]:
    """Yield the columns that a model has to declare as personal or plain."""
    for column in model._meta.local_concrete_fields:
        if not (column.is_relation or column.choices or isinstance(column, ABOUT_NOBODY)):
            yield column.name


def personal_of(model: type[models.Model]) -> Personal:
    """Return a model's own declaration; it is not inherited, so that no model declares it by accident."""
    found: Any = vars(model).get("PERSONAL", Personal())
    return found  # type: ignore[no-any-return]


def erase_with_account(person: Any) -> int:
    """Erase all rows that end with a person's account, except the account itself; return how many."""
    found = (model for model in own_models() if personal_of(model).ends is Ends.ACCOUNT)
    rows = ((model, name) for model in found for name in people_in(model))
    return sum(model._base_manager.filter(**{name: person}).delete()[0] for model, name in rows)
