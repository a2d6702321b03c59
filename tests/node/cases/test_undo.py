"""What is done to a case and undone at once is as it was before; where others were told, no undo is offered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from tests.node.cases.factories import WHY, fresh, furnish, inside, make_case
from tests.node.factories import make_person
from tests.node.reports.factories import make_report
from tests.node.undoing import does, undone
from tests.node.victims.factories import make_series

from vaern.node.cases.models import Case, Link, Party, Task
from vaern.node.cases.work import links, statements
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.viewers import Viewer

Act = tuple[str, list[object], dict[str, Any]]


def soon() -> str:
    """Return a day ahead."""
    return (timezone.localdate() + timedelta(days=20)).isoformat()


def _put(case: Case, **fields: object) -> Case:
    Case.everywhere.filter(pk=case.pk).update(**fields)
    return fresh(case)


def stands(case: Case) -> dict[str, object]:
    """Return what an undo has to bring back."""
    names = ("state", "reference", "lead", "urgent", "silent_until", "review_date")
    return {
        "case": Case.everywhere.filter(pk=case.pk).values(*names).get(),
        "persons": sorted(Party.of(case=case).values_list("number", "category")),
        "tasks": sorted(Task.of(case=case).values_list("number", "owner", "due_on", "done_by")),
        "links": sorted(Link.of(case=case).values_list("series__code", "other__code")),
    }


def _edit(police: Viewer, case: Case) -> Act:
    other = make_person(Role.INVESTIGATOR, police.organisation)
    now = _put(case, reference="J-1", urgent=True)
    return "cases:edit", [case.pk], {"reference": "J-2", "lead": str(other.pk), "version": now.version}


def _move(before: str, event: str) -> Callable[[Viewer, Case], Act]:
    def act(_police: Viewer, case: Case) -> Act:
        now = _put(case, state=before)
        return "cases:move", [case.pk, event], {"version": now.version}

    act.__name__ = event
    return act


def _add_party(_police: Viewer, case: Case) -> Act:
    return "cases:add-party", [case.pk], {"category": "witness", "reference": "K-77"}


def _category(police: Viewer, case: Case) -> Act:
    return "cases:category", [case.pk, furnish(police, case)["party"].pk], {"category": "witness"}


def _task(police: Viewer, case: Case) -> Act:
    other = make_person(Role.INVESTIGATOR, police.organisation)
    given = {"owner": str(other.pk), "due_on": soon()}
    return "cases:task", [case.pk, furnish(police, case)["task"].pk], given


def _task_done(police: Viewer, case: Case) -> Act:
    return "cases:task-done", [case.pk, furnish(police, case)["task"].pk], {}


def _task_open(police: Viewer, case: Case) -> Act:
    task = furnish(police, case)["task"]
    inside(police, statements.finish_task, case, task)
    return "cases:task-open", [case.pk, task.pk], {}


def _link(police: Viewer, case: Case) -> Act:
    return "cases:link", [case.pk], {"kind": "series", "code": make_series(police.organisation).code}


def _link_case(police: Viewer, case: Case) -> Act:
    return "cases:link", [case.pk], {"kind": "case", "code": make_case(police).code}


def _unlink(police: Viewer, case: Case) -> Act:
    return "cases:unlink", [case.pk, inside(police, links.link_case, case, make_case(police)).pk], {}


def _silence(_police: Viewer, case: Case) -> Act:
    return "cases:silence", [case.pk], {"until": soon()}


def _keep(_police: Viewer, case: Case) -> Act:
    return "cases:keep", [case.pk], {"until": soon()}


ACTS = [
    _edit,
    _move("working", "ask_abroad"),
    _move("waiting_abroad", "answer_came"),
    _move("working", "to_prosecutor"),
    _move("with_prosecutor", "from_prosecutor"),
    *(_add_party, _category, _task, _task_done, _task_open, _link, _link_case, _unlink, _silence, _keep),
]


@pytest.mark.once
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_undone_at_once_is_as_before(act: Callable[[Viewer, Case], Act], police: Viewer) -> None:
    case = make_case(police)
    assert police.person is not None
    undone(police.person, *act(police, case), lambda: stands(case))


def _offers(police: Viewer, act: Act) -> bool:
    assert police.person is not None
    _client, said, beside = does(police.person, *act)
    assert said
    return "undo" in beside


def test_a_link_that_a_sender_was_told_of_is_not_undone(police: Viewer) -> None:
    case, report = make_case(police), make_report(police.organisation)
    assert not _offers(police, ("cases:link", [case.pk], {"kind": "report", "code": report.code}))


@pytest.mark.parametrize(("state", "event"), [("opened", "start"), ("opened", "ask_abroad")])
def test_a_move_whose_inverse_leads_elsewhere_is_not_undone(police: Viewer, state: str, event: str) -> None:
    case = _put(make_case(police), state=state)
    assert not _offers(police, ("cases:move", [case.pk, event], {"version": case.version}))


def test_a_longer_silence_is_not_undone_by_ending_it(police: Viewer) -> None:
    case = make_case(police, silent_until=timezone.localdate() + timedelta(days=5))
    assert not _offers(police, _silence(police, case))


def test_a_task_of_somebody_who_left_is_not_opened_again(police: Viewer) -> None:
    case = make_case(police)
    task = furnish(police, case)["task"]
    gone = make_person(Role.INVESTIGATOR, police.organisation, is_active=False)
    Task.everywhere.filter(pk=task.pk).update(owner=gone, done_at=timezone.now(), done_by=gone)
    with pytest.raises(statements.Conflict, match="Its owner no longer works on cases here"):
        inside(police, statements.reopen_task, case, task, reason=WHY)


def test_a_task_that_is_not_done_is_not_opened_again(police: Viewer) -> None:
    case = make_case(police)
    task = furnish(police, case)["task"]
    with pytest.raises(statements.Conflict, match="That is not done yet"):
        inside(police, statements.reopen_task, case, task, reason=WHY)
