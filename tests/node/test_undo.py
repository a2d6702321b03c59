"""What people, the directory, the law, the press and the alliance undo at once is as it was before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.node.alliance.commitments.factories import REASON, make_country, make_round, make_secretariat
from tests.node.alliance.commitments.test_commitments import WHOLE
from tests.node.alliance.meetings.worlds import make_meeting
from tests.node.external.worlds import Desk
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.law.test_rows import REASON as LEGAL
from tests.node.law.test_rows import keeper, party
from tests.node.press.factories import make_event, make_officer
from tests.node.undoing import does, undone

from vaern.node.alliance.commitments import actions as commitments
from vaern.node.alliance.commitments import reply_intake, reply_steps
from vaern.node.alliance.rules.contents import Line
from vaern.node.external import actions as external
from vaern.node.external.models import ExternalIdentifier
from vaern.node.law import actions as rows
from vaern.node.law.data import newest
from vaern.node.organisations.actions import directory_mark
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.today.models import MailWish
from vaern.node.victims.models import Openness
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db

Doing = tuple["Person", str, list[object], dict[str, Any], "Callable[[], object]"]
"""Who does it, at which page, with what, and what an undo has to bring back."""


def _row(row: Model, *fields: str) -> Callable[[], object]:
    """Return a reader of some columns of a row."""
    return lambda: type(row)._base_manager.filter(pk=row.pk).values_list(*fields).get()


def _administrator(**fields: Any) -> tuple[Person, Person]:
    """Return an administrator and a colleague."""
    desk = make_organisation(OrganisationKind.HOTLINE)
    return make_person(Role.ADMINISTRATOR, desk), make_person(Role.ANALYST, desk, **fields)


def _roles() -> Doing:
    administrator, person = _administrator(roles=[Role.ANALYST.value, Role.PRESS.value])
    version = mark_of(*sorted(person.roles))
    given = {"roles": [Role.OVERSIGHT.value], "why": "administration", "version": version}
    return administrator, "organisations:change-roles", [person.pk], given, _row(person, "roles")


def _close() -> Doing:
    administrator, person = _administrator()
    return administrator, "organisations:deactivate", [person.pk], {"why": "administration"}, _row(person, "is_active")


def _open() -> Doing:
    administrator, person = _administrator(is_active=False)
    return administrator, "organisations:reactivate", [person.pk], {"why": "administration"}, _row(person, "is_active")


def _runs_the_node() -> Person:
    return make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.HUB, runs_node=True))


def _directory() -> Doing:
    person, other = _runs_the_node(), make_organisation(OrganisationKind.HOTLINE)
    given = {"name": "Another name (synthetic)", "regime": "led", "member": "", "version": directory_mark(other)}
    return person, "organisations:change-organisation", [other.pk], given, _row(other, "name", "regime", "member")


def _organisation(*, active: bool) -> Doing:
    person, other = _runs_the_node(), make_organisation(OrganisationKind.HOTLINE, active=active)
    return person, "organisations:organisation-active", [other.pk], {"version": mark_of(active)}, _row(other, "active")


def _mail() -> Doing:
    person = make_person(Role.ANALYST)
    MailWish.objects.create(person=person, daily=False, urgent=True)
    return person, "today:mail", [], {"daily": "on"}, lambda: MailWish.objects.values_list("daily", "urgent").get()


def _registration(*, opened: bool, step: str) -> Doing:
    officer = make_officer()
    event = make_event(officer, opened=opened)
    if step == "reopen":
        type(event).everywhere.filter(pk=event.pk).update(state="closed")
    assert officer.person
    return officer.person, "press:step", [event.pk], {"step": step}, _row(event, "state")


def _commitment(*, handed_in: bool) -> Doing:
    country = make_country()
    one = commitments.write(country.viewer, REASON, WHOLE)
    if handed_in:
        one = commitments.submit(country.viewer, REASON, one, one.revision)
    assert country.viewer.person
    act = "take-commitment-back" if handed_in else "submit-commitment"
    return country.viewer.person, f"alliance:{act}", [one.pk], {"version": one.revision}, _row(one, "state", "draft")


def _reply(*, handed_in: bool) -> Doing:
    """One that says one whole commitment."""
    country = make_country()
    reply = make_round("Round", country.member).replies.get()
    reply = reply_intake.take(country.viewer, reply, 0, [Line(WHOLE)], [], REASON)
    if handed_in:
        reply = reply_steps.submit(country.viewer, REASON, reply, reply.revision)
    assert country.viewer.person
    act = "take-reply-back" if handed_in else "submit-reply"
    stands = _row(reply, "state", "contents", "declared", "why", "late")
    return country.viewer.person, f"alliance:{act}", [reply.pk], {"version": reply.revision}, stands


def _law(*, withdrawn_before: bool) -> Doing:
    """A row of which the table says nothing, or nothing any more."""
    person = keeper()
    if withdrawn_before:
        rows.withdraw(viewer_for(person), LEGAL, rows.add(viewer_for(person), LEGAL, "party", party()))
    given = {"country": "XA", "treaty": "budapest", "bound": "on", "since": "2020-01-01", "until": ""}
    where = {"source": "Gazette 9", "read": "2026-11-27", "why": "legal_assistance"}

    def stands() -> object:
        return sorted((one.key, str(one.content)) for one in newest(["party"]))

    return person, "law:add", ["instruments", "party"], given | where, stands


def _openness(*, named: bool) -> Doing:
    person = make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.POLICE))
    if named:
        Openness.everywhere.create(organisation=person.organisation, named=True)
    given = {"why": "investigation"} | ({} if named else {"named": "on"})
    return person, "victims:openness", [], given, lambda: Openness.everywhere.filter(named=True).exists()


def _agenda() -> Doing:
    viewer = make_secretariat()
    meeting = make_meeting(viewer)
    assert viewer.person
    given = {"title_en": "A further item", "title_da": "Et punkt mere", "position": ""}
    return (
        viewer.person,
        "alliance:add-to-meeting",
        [meeting.pk, "agenda"],
        given,
        lambda: list(meeting.agenda.values_list("number", "title")),
    )


def _external(act: str) -> Doing:
    desk = Desk()
    record = desk.records()["series"]
    made = desk.add(record, "SE 12-3")
    if act == "restore":
        desk.do(external.withdraw, record, made.pk, "a slip")
    filled = {"system": "icse_series", "value": "SE 12-4", "along": "default", "because": "a slip"}
    args = [record.pk] if act == "add" else [record.pk, made.pk]
    person = desk.who(record).person
    assert person

    def now() -> object:
        return sorted(ExternalIdentifier.everywhere.filter(withdrawn_at=None).values_list("pk", "sealed"))

    return person, f"victims:{act}-external", args, filled | {"why": "investigation"}, now


ACTS: dict[str, Callable[[], Doing]] = {
    "roles": _roles,
    "close an account": _close,
    "open an account": _open,
    "change an organisation": _directory,
    "close an organisation": lambda: _organisation(active=True),
    "open an organisation": lambda: _organisation(active=False),
    "close registration": lambda: _registration(opened=True, step="close"),
    "open registration again": lambda: _registration(opened=True, step="reopen"),
    "hand a commitment in": lambda: _commitment(handed_in=False),
    "take a commitment back": lambda: _commitment(handed_in=True),
    "hand a reply in": lambda: _reply(handed_in=False),
    "take a reply back": lambda: _reply(handed_in=True),
    "add a row of law": lambda: _law(withdrawn_before=False),
    "add a row of law anew": lambda: _law(withdrawn_before=True),
    "be named": lambda: _openness(named=False),
    "be named no more": lambda: _openness(named=True),
    "add to an agenda": _agenda,
    **{f"{act} an identifier": partial(_external, act) for act in ("add", "withdraw", "restore")},
}


@pytest.mark.once
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_is_undone_at_once_is_as_before(act: Callable[[], Doing]) -> None:
    undone(*act())


def test_a_first_opening_of_registration_is_undone_by_closing_it() -> None:
    """Nothing makes it as if nobody had seen it: what is offered closes it."""
    person, name, args, given, now = _registration(opened=False, step="open")
    client, _said, beside = does(person, name, args, given)
    client.post(beside["undo"]["url"], dict(beside["undo"]["inputs"]))
    assert now() == ("closed",)


def test_a_choice_of_mail_is_undone_by_the_one_before() -> None:
    """Nothing of it stands in the ledger, as nothing of the choice does: it is a setting of one's own."""
    person, name, args, given, now = _mail()
    before = now()
    client, _said, beside = does(person, name, args, given)
    assert now() != before
    client.post(beside["undo"]["url"], dict(beside["undo"]["inputs"]))
    assert now() == before
