"""Every write to people by those who administer them: one function, one transaction, one ledger entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import transaction
from django.utils import timezone

from vaern.node.base.personal import erase_with_account
from vaern.node.base.refusals import Conflict, Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.organisations import acts, rules, sessions
from vaern.node.organisations.actions import allow, refuse_if
from vaern.node.organisations.models import AdminSession, ApiKey, Organisation, Person, in_a_year
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.web.versions import mark_of, overtaken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def change_roles(viewer: Viewer, reason: Reason, person: Person, roles: Iterable[Role], shown: str = "") -> None:
    """Give somebody of the viewer's organisation other roles. An open administrator's session ends with the role.

    Args:
        viewer, reason, person, roles: who gives whom which roles, and why.
        shown: the mark of the roles that the page showed (`web.versions`).
    """
    locked = _locked(viewer, person)
    if overtaken(shown, mark_of(*sorted(locked.roles))):
        raise Stale(rules.CHANGED_MEANWHILE)
    wanted = frozenset(roles)
    refuse_if(rules.problem_with_roles(wanted, OrganisationKind(viewer.organisation.kind)))
    if Role.ADMINISTRATOR not in wanted:
        _keep_an_administrator(locked)
        _end_admin_sessions(locked)
    locked.roles = sorted(role.value for role in wanted)
    locked.save(update_fields=["roles"])
    record(acts.ROLES_CHANGED, locked.subject, viewer.actor, reason)


@transaction.atomic
def deactivate(viewer: Viewer, reason: Reason, person: Person) -> None:
    """Close somebody's account: their sessions, keys and administrators' sessions end now."""
    locked = _locked(viewer, person)
    _keep_an_administrator(locked)
    locked.is_active = False
    locked.save(update_fields=["is_active"])
    record(acts.PERSON_DEACTIVATED, locked.subject, viewer.actor, reason, count=_end_everything(locked))


@transaction.atomic
def reactivate(viewer: Viewer, reason: Reason, person: Person) -> None:
    """Open somebody's account again. Keys that ended stay ended."""
    locked = _locked(viewer, person)
    if locked.erased_at:
        raise Conflict(rules.ERASED)
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    record(acts.PERSON_REACTIVATED, locked.subject, viewer.actor, reason)


@transaction.atomic
def reset_second_factor(viewer: Viewer, reason: Reason, person: Person) -> None:
    """Remove the second factors of somebody who lost theirs; they set up new ones after their next sign-in."""
    locked = _locked(viewer, person)
    Authenticator.objects.filter(user=locked).delete()
    sessions.end_all(locked.id)
    record(acts.SECOND_FACTOR_RESET, locked.subject, viewer.actor, reason)


@transaction.atomic
def keep_person(viewer: Viewer, reason: Reason, person: Person) -> None:
    """Decide that an account is still needed: its next review is in a year."""
    locked = _locked(viewer, person)
    locked.review_date = in_a_year()
    locked.save(update_fields=["review_date"])
    record(acts.PERSON_REVIEWED, locked.subject, viewer.actor, reason)


@transaction.atomic
def erase_person(viewer: Viewer, reason: Reason, person: Person) -> None:
    """Empty the personal fields of somebody and end all that they have. The id stays: the ledger's entries name it."""
    locked = _locked(viewer, person)
    _keep_an_administrator(locked)
    _end_everything(locked)
    Authenticator.objects.filter(user=locked).delete()
    EmailAddress.objects.filter(user=locked).delete()
    AccessAttempt.objects.filter(username=locked.email.lower()).delete()
    erase_with_account(locked)
    for do in _LET_GO:
        do(locked.id)
    locked.name = locked.email = locked.password = ""
    locked.is_active, locked.last_login, locked.erased_at = False, None, timezone.now()
    locked.save()
    record(acts.PERSON_ERASED, locked.subject, viewer.actor, reason)


def before_erasing(do: Callable[[UUID], object]) -> None:
    """Let an app that keeps something of people erase it with their account, in the same transaction."""
    if do not in _LET_GO:
        _LET_GO.append(do)


_LET_GO: list[Callable[[UUID], object]] = []


def _locked(viewer: Viewer, person: Person) -> Person:
    """Return the row, locked behind that of its organisation, so that the last administrator is counted rightly."""
    allow(viewer, Permission.PEOPLE_MANAGE)
    if viewer.person and person.pk == viewer.person.pk:
        raise Refusal(rules.OWN_ROLES)
    Organisation.objects.select_for_update().get(pk=viewer.organisation.id)
    locked = Person.everybody.select_for_update().get(pk=person.pk)
    if locked.organisation_id != viewer.organisation.id:
        raise Refusal(rules.OTHER_ORGANISATION)
    return locked


def _keep_an_administrator(person: Person) -> None:
    others = Person.everybody.filter(
        organisation_id=person.organisation_id, is_active=True, roles__contains=[Role.ADMINISTRATOR.value]
    ).exclude(pk=person.pk)
    if Role.ADMINISTRATOR in person.role_set and person.is_active and not others.exists():
        raise Conflict(rules.LAST_ADMINISTRATOR)


def _end_admin_sessions(person: Person) -> None:
    AdminSession.everywhere.filter(person=person, closed_at=None).update(closed_at=timezone.now())


def _end_everything(person: Person) -> int:
    _end_admin_sessions(person)
    keys = ApiKey.everywhere.filter(created_by=person, revoked_at=None).update(revoked_at=timezone.now())
    return sessions.end_all(person.id) + keys
