"""Which form values are kept, how many, and for how long. Pure; no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

LIFE = timedelta(days=7)
"""How long a draft is kept after something was typed last."""

ENDED_LIFE = timedelta(days=1)
"""How long a browser can prove whose session it was that ended by the clock."""

MOST = 40
"""Drafts of one person; the one that was typed at longest ago goes first."""

LONGEST = 300_000
"""Characters of one draft, names of fields and values together. The largest form of the alliance has a tenth of it."""

LONGEST_ADDRESS = 500

MARK = "draft:"
"""How the names of fields begin that are about the draft itself: `draft:page` and `draft:form`."""

SECRET = frozenset(
    {
        *("csrfmiddlewaretoken", "password", "again", "password1", "password2", "oldpassword", "key", "feedback_key"),
        *("sample", "pasted", "q"),
    }
)
"""Names of fields that are never kept: secrets, which are typed anew, and what is only tried or
looked up, such as a document, pasted values or what is searched for.
Files are no part of a draft either."""


@dataclass(frozen=True)
class Typed:
    """The contents of a form.

    Attributes:
        page: the path of the page that shows it.
        form: the path that it is submitted to.
        values: all values of each field, by its name, in page order.
    """

    page: str
    form: str
    values: Mapping[str, list[str]]


def kept(fields: Iterable[tuple[str, list[str]]]) -> dict[str, list[str]]:
    """Return the fields to keep: no secrets, and none of the draft's own."""
    return {name: values for name, values in fields if name not in SECRET and not name.startswith(MARK)}


def is_worth_keeping(typed: Typed) -> bool:
    """Whether it is neither empty nor above the size limit."""
    size = sum(len(name) + sum(map(len, values)) for name, values in typed.values.items())
    fits = size <= LONGEST and max(len(typed.page), len(typed.form)) <= LONGEST_ADDRESS
    return fits and any(value.strip() for values in typed.values.values() for value in values)


def purpose_of(person: UUID) -> str:
    """Return the sealing purpose of a person's drafts."""
    return f"draft of {person}"
