"""The forms of a reply: one page of it at a time, a part of a commitment or some of the declared values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.alliance.commitments import labels
from vaern.node.alliance.commitments import reply_parts as parts
from vaern.node.alliance.commitments.form_sets import CommitmentForms
from vaern.node.alliance.commitments.forms import ContentForm
from vaern.node.alliance.commitments.round_forms import ValueForms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vaern.node.alliance.models import RoundReply
    from vaern.node.alliance.rules.problems import Problem
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

FIELDS: dict[str, frozenset[str]] = {
    **{section.key: frozenset(section.fields) for section in ContentForm.SECTIONS},
    labels.ACTIONS: frozenset({"actions"}),
    labels.EVIDENCE: frozenset({"evidence"}),
}
"""What each part of a commitment asks for."""


class LinePage:
    """A part of one commitment.

    Args:
        data: what was sent; None to show what there is.
        found: the parts of the reply.
        key: of the page.
        seen: the mark of what the page began from.
    """

    def __init__(self, data: Mapping[str, Any] | None, found: parts.Parts, key: parts.Key, seen: str) -> None:
        chapter = None if seen == parts.OF_NOTHING else found.chapter(key.line)
        before = chapter.line.content if chapter else None
        version = before.frame_version if before else found.reply.round.frame_version
        self.key, self.seen = key, seen
        self.forms = CommitmentForms(data, before, version, only=FIELDS[key.part])

    def is_valid(self) -> bool:
        """Whether every field holds a valid value."""
        return self.forms.is_valid()

    def save(self, viewer: Viewer, reply: RoundReply, reason: Reason) -> RoundReply:
        """Save it; refusals as of `reply_parts.save_line`."""
        return parts.save_line(viewer, reply, self.key, self.seen, self.forms.content(), reason)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field."""
        self.forms.refuse(problems)


class ValuesPage:
    """Some of the declared values; arguments as of `LinePage`."""

    def __init__(self, data: Mapping[str, Any] | None, found: parts.Parts, key: parts.Key, seen: str) -> None:
        page = found.values_of(key)
        assert page is not None
        self.key, self.seen = key, seen
        self.values = ValueForms(data, page.values)

    def is_valid(self) -> bool:
        """Whether every field holds a valid value."""
        return self.values.is_valid()

    def save(self, viewer: Viewer, reply: RoundReply, reason: Reason) -> RoundReply:
        """Save it; refusals as of `reply_parts.save_values`."""
        filled = [value for value, _form in self.values.filled]
        return parts.save_values(viewer, reply, self.key, self.seen, filled, reason)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field."""
        self.values.refuse(problems)


def page_of(data: Mapping[str, Any] | None, found: parts.Parts, key: parts.Key, seen: str) -> LinePage | ValuesPage:
    """Return the forms of one page of a reply."""
    return (ValuesPage if key.line == parts.VALUES else LinePage)(data, found, key, seen)
