"""Each entry as a sentence that a person reads, in their language, with names where names exist."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.ledger.rules import Verb, acts
from vaern.node.oversight.labels import VERBS
from vaern.node.oversight.names import Name, Names
from vaern.node.web.reasons import why_label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from vaern.node.ledger.models import Entry
    from vaern.node.oversight.sight import Sight

PLACEHOLDERS = frozenset({"person", "subject", "recipient", "count"})
"""What a sentence may hold in braces."""


@dataclass(frozen=True)
class Line:
    """One entry, ready to be shown.

    Attributes:
        parts: the sentence in pieces; those with an address lead to what they name.
        words, details: what was typed with it; "" where there is none, where it was erased, or where the viewer may
            not read it.
        organisation: for which organisation it was done.
    """

    number: int
    at: datetime
    verb: str
    verb_label: str
    act: str
    parts: tuple[Name, ...]
    why: str
    words: str
    details: str
    organisation: str
    session: UUID | None
    url: str

    @property
    def sentence(self) -> str:
        """The sentence as plain text."""
        return "".join(part.text for part in self.parts)


def lines(sight: Sight, entries: Iterable[Entry]) -> list[Line]:
    """Compose the sentences of a page of entries, in a fixed number of queries however long the page is."""
    found = list(entries)
    names = Names(sight, found)
    notes = sight.notes(found)
    return [_line(sight, entry, names, notes.get(entry.id, ("", ""))) for entry in found]


def _line(sight: Sight, entry: Entry, names: Names, note: tuple[str, str]) -> Line:
    return Line(
        number=entry.id,
        at=entry.at,
        verb=entry.verb,
        verb_label=str(VERBS[Verb(entry.verb)]),
        act=entry.act,
        parts=compose(entry, names),
        why=why_label(entry.why),
        words=note[0],
        details=note[1],
        organisation=names.organisation(entry.organisation).text,
        session=entry.session,
        url=sight.entry_url(entry.id),
    )


def compose(entry: Entry, names: Names) -> tuple[Name, ...]:
    """Fill the sentence of the entry's act; an act of a newer node, which has none here, is said by its verb."""
    act = acts().get(entry.act)
    sentence = _(act.sentence) if act else _("{person}: %(verb)s of {subject}") % {"verb": VERBS[Verb(entry.verb)]}
    parts: list[Name] = []
    for text, placeholder, _format, _conversion in string.Formatter().parse(sentence):
        if text:
            parts.append(Name(text))
        if placeholder is not None:
            parts.append(_fill(placeholder, entry, names))
    return _begin_large(parts)


def _fill(placeholder: str, entry: Entry, names: Names) -> Name:
    if placeholder == "person":
        return names.actor(entry)
    if placeholder == "subject":
        return names.subject(entry)
    if placeholder == "recipient":
        return names.recipient(entry)
    if placeholder == "count":
        return Name(str(entry.count if entry.count is not None else 0))
    raise ValueError(f"the sentence of {entry.act} asks for {placeholder}, which no entry has")


def _begin_large(parts: list[Name]) -> tuple[Name, ...]:
    if parts and (first := parts[0]).text:
        parts[0] = Name(first.text[0].upper() + first.text[1:], first.url)
    return tuple(parts)
