"""From feedback on entries to what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.lists.base import labels
from vaern.node.lists.base.pages import at_entry, crumbs
from vaern.node.lists.feedback import queries
from vaern.node.web.components import Code, Definitions, Empty, Link, When
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from vaern.node.lists.feedback.queries import FeedbackSearch, Given
    from vaern.node.lists.models import EntryFeedback, ListEntry


def feedback_table(given: Given, search: FeedbackSearch) -> Table:
    """Return the feedback on entries of one's own lists."""
    states = [(code.value, label) for code, label in labels.FEEDBACK.items()]
    return Table(
        caption=_("Feedback on entries"),
        columns=[
            Column(_("List"), sort="list"),
            Column(_("Entry")),
            Column(_("Organisation")),
            Column(_("What it says")),
            Column(_("In words")),
            Column(_("State")),
            Column(_("Came"), sort="came"),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    given.lists.get(one.list, one.list),
                    _entry(given.entries.get((one.list, one.entry)), one),
                    one.organisation.name,
                    said(one),
                    in_words(one),
                    labels.feedback_state(one),
                    When(one.at),
                    Link(_("Answer"), reverse("lists:answer-feedback", args=[one.pk])) if one.is_open else "",
                ]
            )
            for one in given.page.rows
        ],
        filters=[
            Filter("list", _("List"), list(given.lists.items()), search.list),
            Filter("state", _("State"), states, search.state),
            Filter("organisation", _("Organisation"), list(given.organisations.items()), search.organisation),
        ],
        page=given.page,
        empty=Empty(
            _("No feedback"), _("What whoever has your lists says of an entry, by hand or by a program, stands here.")
        ),
        id="feedback",
    )


def _entry(entry: ListEntry | None, feedback: EntryFeedback) -> object:
    if entry is not None:
        return Link(entry.ident[:24], at_entry(entry))
    return Code(feedback.entry or feedback.value.hex() or "–", 16)


def said(feedback: EntryFeedback) -> str:
    """Return what feedback says of an entry, with the class that it should have."""
    claim = str(labels.claim(feedback))
    return f"{claim}: {feedback.classification}" if feedback.classification else claim


def in_words(feedback: EntryFeedback) -> str:
    """Return what a person wrote, or the codes and words of a program."""
    return feedback.words or ", ".join(str(one) for one in feedback.reasons.get("given", [])) or "–"


def contests_table(given: Given) -> Table:
    """Return what the viewer's organisation contests, with the answers."""
    return Table(
        caption=_("What you contested"),
        columns=[
            Column(_("List"), sort="list"),
            Column(_("Entry")),
            Column(_("What you said")),
            Column(_("In words")),
            Column(_("What came of it")),
            Column(_("Answer")),
            Column(_("Contested"), sort="came"),
        ],
        rows=[
            Row(
                [
                    given.lists.get(one.list, one.list),
                    _entry(given.entries.get((one.list, one.entry)), one),
                    said(one),
                    one.words,
                    labels.feedback_state(one),
                    one.answer or "–",
                    When(one.at),
                ]
            )
            for one in given.page.rows
        ],
        page=given.page,
        empty=Empty(
            _("Your organisation has contested no entry"),
            _("Where an entry of a list is wrong, say so on its page. What its curator answers stands here."),
        ),
        id="contests",
    )


def about(feedback: EntryFeedback) -> dict[str, Any]:
    """Return what `decide` says of feedback that is answered."""
    entry, here = queries.entry_of(feedback), reverse("lists:feedback")
    facts: list[tuple[object, object]] = [
        (_("Entry"), _entry(entry, feedback)),
        (_("State"), labels.state(entry) if entry else _("Not on the list")),
    ]
    if entry is not None and entry.classification:
        facts.append((_("Class"), f"{entry.scheme} {entry.classification}".strip()))
    facts += [
        (_("Organisation"), feedback.organisation.name),
        (_("By"), feedback.by.name if feedback.by else _("A program")),
        (_("What it says"), said(feedback)),
        (_("In words"), in_words(feedback)),
        (_("Came"), When(feedback.at)),
    ]
    above = [*(crumbs(entry.list) if entry else [(_("Hash lists"), reverse("lists:lists"))])]
    return {"subject": Definitions(facts), "crumbs": [*above, (_("Feedback"), here)], "back": here}
