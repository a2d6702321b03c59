"""What the page of an entry says of how the viewer's organisation contests it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.lists.base import labels
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.feedback import CONTESTED
from vaern.node.web.components import Definitions, When

if TYPE_CHECKING:
    from vaern.node.lists.curation.queries import EntryPage


def may_contest(page: EntryPage) -> bool:
    """Whether the entry can be contested: it is on the list, and no contest of the organisation waits."""
    waits = page.contest is not None and page.contest.is_open
    return EntryState(page.entry.state) in CONTESTED and not waits


def contest_facts(page: EntryPage) -> Definitions | None:
    """Return what the organisation said last, and what came of it; None where it never contested the entry."""
    one = page.contest
    if one is None:
        return None
    facts = [
        (_("What is wrong"), labels.claim(one)),
        (_("Which class it should have"), one.classification),
        (_("In words"), one.words),
        (_("Contested"), When(one.at)),
        (_("What came of it"), labels.feedback_state(one)),
        (_("Answer"), one.answer),
        (_("Answered"), When(one.answered_at) if one.answered_at else ""),
    ]
    return Definitions([(name, value) for name, value in facts if value])
