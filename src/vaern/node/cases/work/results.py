"""What came of acts on a case: what happened, to whom, what follows, and the way back where nothing has left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.cases.base import labels
from vaern.node.cases.base.subjects import at
from vaern.node.cases.rules.case import Event, State
from vaern.node.cases.rules.people import Category
from vaern.node.web.items import Button
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.cases.models import Case, Handover, Link, Party, Statement, Task
    from vaern.node.casework.models import Release

BACK: dict[Event, tuple[State, Event]] = {
    Event.ASK_ABROAD: (State.WORKING, Event.ANSWER_CAME),
    Event.ANSWER_CAME: (State.ABROAD, Event.ASK_ABROAD),
    Event.TO_PROSECUTOR: (State.WORKING, Event.FROM_PROSECUTOR),
    Event.FROM_PROSECUTOR: (State.PROSECUTOR, Event.TO_PROSECUTOR),
}
"""Moves that nobody outside hears of: from which state their inverse leads back to it, and which that is."""


def opened(case: Case) -> str:
    """Return what came of opening a case: who answers for it, and who hears of it."""
    words = _("Case %(code)s is open. The sender of a report that it came from learns of it.")
    if case.silent_until:
        words = _("Case %(code)s is open, and silent: nobody is told of it before %(day)s.")
    return words % {"code": case.code, "day": date_format(case.silent_until) if case.silent_until else ""}


def edited(before: Case, made: Case) -> Result:
    """Return what came of changing journal number, lead or urgency; undone by what stood there before."""
    earlier = {"reference": before.reference, "lead": str(before.lead_id), "version": str(made.version)}
    if before.urgent:
        earlier["urgent"] = "on"
    undo = Undo(reverse("cases:edit", args=[made.pk]), earlier) if before.lead_id else None
    name = made.lead.name if made.lead else "–"
    return Result(_("%(code)s is changed. %(name)s leads it.") % {"code": made.code, "name": name}, undo)


def moved(before: Case, event: Event, made: Case) -> Result:
    """Return what came of moving a case to another state."""
    state, _tone = labels.STATES[State(made.state)]
    words = _("%(code)s is now: %(state)s.")
    if event is Event.CLOSE:
        words = _("%(code)s is closed. It is kept until %(day)s, and can be opened again.")
    undo = None
    if event in BACK and BACK[event][0] == State(before.state):
        back = reverse("cases:move", args=[made.pk, BACK[event][1].value])
        undo = Undo(back, {"version": str(made.version)})
    return Result(words % {"code": made.code, "state": state, "day": date_format(made.review_date)}, undo)


def merged(code: str, kept: Case) -> Result:
    """Return what came of a merge. It is no undo of it that senders of reports were told; the page can separate it."""
    words = _("%(code)s is merged into %(other)s, and shown on its page. It can be separated again.")
    return Result(
        words % {"code": code, "other": kept.code}, then=Button(_("Go to %(code)s") % {"code": kept.code}, at(kept))
    )


def separated(case: Case) -> str:
    """Return what came of separating a case again."""
    return _("%(code)s is worked on by itself again. What was added since the merge stays with the other.") % {
        "code": case.code
    }


def handed_over(one: Handover) -> str:
    """Return what came of handing a case over: who has it, and until when an answer is expected."""
    words = _("%(name)s received it as a case of its own. Its answer is expected by %(day)s; yours stands still.")
    return words % {"name": one.recipient.name, "day": date_format(one.due_at)}


def released(made: Sequence[Release]) -> str:
    """Return what came of a release: who reads it, and until when."""
    names = ", ".join(one.recipient.name for one in made)
    words = _("%(names)s can read it until %(day)s. You see here when they do, and can recall it.")
    return words % {"names": names, "day": date_format(made[0].expires_at) if made else ""}


def accepted(case: Case) -> str:
    """Return what came of accepting a case."""
    return _("%(code)s is yours, and you lead it. Its sender sees that you accepted it.") % {"code": case.code}


def dropped(case: Case) -> str:
    """Return what came of dropping a case."""
    words = _("%(code)s is dropped, and what came along is erased here. Its sender sees why, and works on it again.")
    return words % {"code": case.code}


def taken_back(code: str, *, erased: bool) -> str:
    """Return what came of taking a case back."""
    words = _("%(code)s is yours again. Work on the copy had begun: its people decide on it within 7 days.")
    if erased:
        words = _("%(code)s is yours again. The copy is erased; nobody had accepted it.")
    return words % {"code": code}


def party_added(party: Party) -> Result:
    """Return what came of adding somebody: as what, and how long they are kept."""
    words = _("%(person)s is in the case, as: %(category)s. The reference is deleted on %(day)s.")
    category, _tone = labels.CATEGORIES[Category(party.category)]
    said = words % {"person": party, "category": category, "day": date_format(party.kept_until)}
    return Result(said, Undo(reverse("cases:erase-party", args=[party.case_id, party.pk])))


def category_changed(case: Case, before: Category, party: Party) -> Result:
    """Return what came of putting somebody into another category."""
    words = _("%(person)s is now: %(category)s. The reference is deleted on %(day)s.")
    category, _tone = labels.CATEGORIES[Category(party.category)]
    said = words % {"person": party, "category": category, "day": date_format(party.kept_until)}
    back = reverse("cases:category", args=[case.pk, party.pk])
    return Result(said, Undo(back, {"category": before.value}))


def stated(made: Statement) -> str:
    """Return what came of a statement or a correction."""
    words = _("Statement %(n)s is in the case. It stays as it is; what is wrong in it is corrected by a further one.")
    if made.corrects is not None:
        words = _("Statement %(n)s corrects statement %(earlier)s. Both stay.")
    return words % {"n": made.number, "earlier": made.corrects.number if made.corrects else ""}


def task_added(task: Task) -> str:
    """Return what came of adding a task."""
    words = _("Task %(n)s is for %(name)s, until %(day)s. After that day the case needs attention.")
    return words % {"n": task.number, "name": task.owner.name, "day": date_format(task.due_on)}


def task_moved(case: Case, before: tuple[str, date], task: Task) -> Result:
    """Return what came of giving a task another owner or day."""
    words = _("Task %(n)s is for %(name)s, until %(day)s.")
    owner, due_on = before
    said = words % {"n": task.number, "name": task.owner.name, "day": date_format(task.due_on)}
    back = reverse("cases:task", args=[case.pk, task.pk])
    return Result(said, Undo(back, {"owner": owner, "due_on": due_on.isoformat()}))


def task_done(case: Case, task: Task) -> Result:
    """Return what came of finishing a task."""
    back = reverse("cases:task-open", args=[case.pk, task.pk])
    return Result(_("Task %(n)s is done.") % {"n": task.number}, Undo(back))


def task_reopened(case: Case, task: Task) -> Result:
    """Return what came of opening a task again."""
    words = _("Task %(n)s is to be done again by %(name)s, until %(day)s.")
    said = words % {"n": task.number, "name": task.owner.name, "day": date_format(task.due_on)}
    return Result(said, Undo(reverse("cases:task-done", args=[case.pk, task.pk])))


def linked(link: Link) -> Result:
    """Return what came of a link. That with a report was told to its sender, and is not undone here."""
    if link.report is not None:
        words = _("Report %(code)s is linked. Its sender is told that it joined a case, unless the case is silent.")
        return Result(words % {"code": link.report.code})
    words = _("Series %(code)s is linked. Nobody is told.")
    if link.other is not None:
        words = _("Case %(code)s is linked. Nobody is told.")
    return Result(words % {"code": code_of(link)}, Undo(reverse("cases:unlink", args=[link.case_id, link.pk])))


def unlinked(case: Case, link: Link) -> Result:
    """Return what came of ending a link; one that nobody was told of can be made again."""
    code = code_of(link)
    said = _("The link with %(code)s has ended. What was told because of it stays told.") % {"code": code}
    if link.series is None and link.other is None:
        return Result(said)
    earlier = {"kind": "series" if link.series else "case", "code": code}
    return Result(said, Undo(reverse("cases:link", args=[case.pk]), earlier))


def code_of(link: Link) -> str:
    """Return the code of what a case is linked with; "–" once it was erased."""
    found: Any = link.report or link.series or link.other
    return str(found.code) if found else "–"
