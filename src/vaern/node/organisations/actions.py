"""Every write to the directory, to people and to invitations: one function, one transaction, one ledger entry.

What people do with their own account, keys and administrators' sessions is in `account_actions.py`.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from vaern.node.base.refusals import Conflict, Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations import acts, notices, rules
from vaern.node.organisations.models import Invitation, Member, Organisation, Person
from vaern.node.organisations.queries import is_empty
from vaern.node.organisations.rules import OrganisationKind, Permission, Regime, Role
from vaern.node.web.versions import mark_of, overtaken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Act, Subject
    from vaern.node.organisations.viewers import Viewer

ADMINISTRATION = Reason(Why.ADMINISTRATION)
UNNAMED = "New organisation"
"""What the node's own organisation is called until its first administrator has named it."""


def allow(viewer: Viewer, permission: Permission) -> None:
    """Stop whoever may not; the route has asked already, and a caller that forgot gains nothing."""
    if not viewer.may(permission):
        raise PermissionDenied(permission)


def refuse_if(problem: str) -> None:
    """Raise `Refusal` with the sentence, if there is one."""
    if problem:
        raise Refusal(problem)


# The node and its directory -----------------------------------------------------------------------------------------


@transaction.atomic
def begin_node(
    *, name: str = "", kind: OrganisationKind | None = None, email: str = "", person: str = "", language: str = "en"
) -> str:
    """Make the organisation that runs this node and return the path of a link for its first administrator.

    The link is good once and for 24 hours. What is not given here is asked on the page that it opens. May be called
    again as long as nobody has come: the older link is dead then.

    Raises:
        Refusal: the node has people already.
    """
    if not is_empty():
        raise Conflict(rules.NODE_HAS_PEOPLE)
    own = Organisation.objects.select_for_update().filter(runs_node=True).first() or Organisation(runs_node=True)
    own.name = name or own.name or UNNAMED
    own.kind = (kind or OrganisationKind(own.kind or OrganisationKind.HOTLINE)).value
    own.regime = regime_of(OrganisationKind(own.kind)).value
    own.save()
    Invitation.everywhere.filter(organisation=own, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    token = _new_token()
    Invitation.everywhere.create(
        organisation=own,
        roles=[Role.ADMINISTRATOR.value],
        email=email.lower(),
        name=person,
        language=language,
        digest=_digest(token),
        expires_at=timezone.now() + rules.FIRST_LINK_LASTS,
    )
    record(acts.NODE_BEGUN, own.subject, NODE, ADMINISTRATION)
    return reverse("organisations:accept", args=[token])


def regime_of(kind: OrganisationKind) -> Regime:
    """Return the law under which such an organisation usually works; the form proposes it."""
    return Regime.LED if kind in {OrganisationKind.POLICE, OrganisationKind.AUTHORITY} else Regime.GDPR


@transaction.atomic
def add_member(viewer: Viewer, reason: Reason, *, code: str, name: str, name_da: str) -> Member:
    """Add a country to the directory. Whether and since when it is a member is recorded by the secretariat."""
    allow(viewer, Permission.DIRECTORY_MANAGE)
    member = Member(code=code.upper(), name=name, name_da=name_da)
    _save_unique(member)
    record(acts.MEMBER_ADDED, member.subject, viewer.actor, reason)
    return member


@transaction.atomic
def change_member(viewer: Viewer, reason: Reason, member: Member, shown: str = "", **fields: Any) -> None:
    """Change what is known of a country.

    Args:
        viewer, reason, member, fields: who changes what of which country, and why.
        shown: the mark of the country that the page showed (`web.versions`).
    """
    allow(viewer, Permission.DIRECTORY_MANAGE)
    _change(Member.objects.select_for_update().get(pk=member.pk), shown, fields)
    record(acts.MEMBER_CHANGED, member.subject, viewer.actor, reason)


@transaction.atomic
def add_organisation(
    viewer: Viewer,
    reason: Reason,
    *,
    name: str,
    kind: OrganisationKind,
    regime: Regime,
    member: Member | None = None,
    administrator: str = "",
    email: str = "",
    language: str = "en",
) -> Organisation:
    """Add an organisation to the directory and, if an address is given, invite its first administrator."""
    allow(viewer, Permission.DIRECTORY_MANAGE)
    organisation = Organisation(name=name, kind=kind.value, regime=regime.value, member=member)
    _save_unique(organisation)
    if email:
        organisation.invitation = _invite(
            organisation, administrator, email, frozenset({Role.ADMINISTRATOR}), language, viewer.person
        )
    record(acts.ORGANISATION_ADDED, organisation.subject, viewer.actor, reason)
    return organisation


def refuse_of_other_node(organisation: Organisation) -> None:
    """Refuse what only the node decides on which an organisation lives.

    Raises:
        Conflict: it lives on another.
    """
    if organisation.node:
        raise Conflict(rules.OTHER_NODE)


@transaction.atomic
def change_organisation(
    viewer: Viewer, reason: Reason, organisation: Organisation, shown: str = "", **fields: Any
) -> None:
    """Change what is known of an organisation. Its kind stays: the roles of its people hang on it.

    Args:
        viewer, reason, organisation, fields: who changes what of which organisation, and why.
        shown: the mark of the organisation that the page showed (`web.versions`).
    """
    allow(viewer, Permission.DIRECTORY_MANAGE)
    current = Organisation.all_nodes.select_for_update().get(pk=organisation.pk)
    refuse_of_other_node(current)
    _change(current, shown, fields)
    record(acts.ORGANISATION_CHANGED, organisation.subject, viewer.actor, reason)


@transaction.atomic
def set_organisation_active(
    viewer: Viewer, reason: Reason, organisation: Organisation, *, active: bool, shown: str = ""
) -> None:
    """Close an organisation, whose people and keys are then out, or open it again.

    Args:
        viewer, reason, organisation, active: who, why, which, and whether it is open from now on.
        shown: the mark of what the page showed of that (`web.versions`): who closes twice does not open it again.
    """
    allow(viewer, Permission.DIRECTORY_MANAGE)
    current = Organisation.all_nodes.select_for_update().get(pk=organisation.pk)
    refuse_of_other_node(current)
    if overtaken(shown, mark_of(current.active)):
        raise Stale(rules.CHANGED_MEANWHILE)
    if organisation.runs_node and not active:
        raise Conflict(rules.RUNS_NODE)
    organisation.active = active
    organisation.save(update_fields=["active"])
    act = acts.ORGANISATION_REOPENED if active else acts.ORGANISATION_CLOSED
    record(act, organisation.subject, viewer.actor, reason)


# Invitations --------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(
    viewer: Viewer, reason: Reason, *, name: str, email: str, roles: Iterable[Role], language: str
) -> Invitation:
    """Invite somebody into the viewer's organisation, by a mail in their language."""
    allow(viewer, Permission.PEOPLE_MANAGE)
    invitation = _invite(viewer.organisation, name, email, frozenset(roles), language, viewer.person)
    record(acts.PERSON_INVITED, invitation.subject, viewer.actor, reason)
    return invitation


@transaction.atomic
def resend_invitation(viewer: Viewer, reason: Reason, invitation: Invitation) -> None:
    """Send an invitation again, with a new link; the older one is dead."""
    allow(viewer, Permission.PEOPLE_MANAGE)
    locked = _locked_invitation(viewer, invitation)
    token = _new_token()
    locked.digest, locked.expires_at = _digest(token), timezone.now() + rules.INVITATION_LASTS
    locked.save(update_fields=["digest", "expires_at"])
    notices.send_invitation(locked, token)
    record(acts.INVITATION_RESENT, locked.subject, viewer.actor, reason)


@transaction.atomic
def withdraw_invitation(viewer: Viewer, reason: Reason, invitation: Invitation) -> None:
    """Make the link of an invitation dead, and forget who was invited."""
    allow(viewer, Permission.PEOPLE_MANAGE)
    locked = _locked_invitation(viewer, invitation)
    locked.withdrawn_at, locked.name, locked.email = timezone.now(), "", ""
    locked.save(update_fields=["withdrawn_at", "name", "email"])
    record(acts.INVITATION_WITHDRAWN, locked.subject, viewer.actor, reason)


def invitation_by(token: str) -> Invitation | None:
    """Return the invitation whose link this is, if it can still be used."""
    found = Invitation.everywhere.select_related("organisation").filter(digest=_digest(token)).first()
    return found if found and found.open and found.organisation.works_here else None


@transaction.atomic
def accept_invitation(
    token: str, *, password: str, name: str = "", email: str = "", organisation: dict[str, Any] | None = None
) -> Person:
    """Make the account of somebody who was invited.

    Args:
        token: of the link; good once, also if it is used twice at the same moment.
        password: checked by the form.
        name, email: of the first administrator, where the invitation has none.
        organisation: name, kind and regime of the node's own organisation, from its first administrator.

    Raises:
        Refusal: the link is dead, or the address is taken.
    """
    invitation = Invitation.everywhere.select_for_update().filter(digest=_digest(token)).first()
    if invitation is None or not invitation.open or not invitation.organisation.works_here:
        raise Conflict(rules.LINK_DEAD)
    first = invitation.organisation.runs_node and is_empty()
    if first and organisation:
        _assign(invitation.organisation, organisation)
        _save_unique(invitation.organisation)
    person = Person(
        organisation=invitation.organisation,
        roles=invitation.roles,
        email=(invitation.email or email).lower(),
        name=name or invitation.name,
        language=invitation.language,
    )
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError as error:
        raise Refusal(rules.ADDRESS_TAKEN) from error
    # Who it was stands in the person now; the invitation keeps the fact.
    invitation.accepted_at, invitation.name, invitation.email = timezone.now(), "", ""
    invitation.save(update_fields=["accepted_at", "name", "email"])
    record(acts.INVITATION_ACCEPTED, person.subject, person.actor, Reason(Why.OWN_ACCOUNT))
    return person


def _invite(
    organisation: Organisation, name: str, email: str, roles: frozenset[Role], language: str, by: Person | None
) -> Invitation:
    refuse_of_other_node(organisation)
    refuse_if(rules.problem_with_roles(roles, OrganisationKind(organisation.kind)))
    email = email.strip().lower()
    if Person.everybody.filter(email__iexact=email).exists():
        raise Refusal(rules.ADDRESS_TAKEN)
    now = timezone.now()
    # One that ran out makes room for a new one.
    Invitation.everywhere.filter(
        organisation=organisation, email=email, expires_at__lte=now, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=now, name="", email="")
    token = _new_token()
    try:
        with transaction.atomic():
            invitation = Invitation.everywhere.create(
                organisation=organisation,
                roles=sorted(role.value for role in roles),
                email=email,
                name=name,
                language=language,
                digest=_digest(token),
                invited_by=by,
                expires_at=now + rules.INVITATION_LASTS,
            )
    except IntegrityError as error:
        raise Conflict(rules.INVITED_ALREADY) from error
    notices.send_invitation(invitation, token)
    invitation.token = token  # for whoever made it in the same breath; the database keeps the digest only
    return invitation


def _locked_invitation(viewer: Viewer, invitation: Invitation) -> Invitation:
    locked = Invitation.everywhere.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if locked.organisation_id != viewer.organisation.id:
        raise Refusal(rules.OTHER_ORGANISATION)
    if locked.accepted_at or locked.withdrawn_at:
        raise Conflict(rules.LINK_DEAD)
    return locked


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


# What both halves need ----------------------------------------------------------------------------------------------


def _assign(row: Any, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def _change(locked: Member | Organisation, shown: str, fields: dict[str, Any]) -> None:
    """Save what differs, and nothing that the page did not ask: who closed it meanwhile is not undone."""
    if overtaken(shown, directory_mark(locked)):
        raise Stale(rules.CHANGED_MEANWHILE)
    changed = [name for name, value in fields.items() if getattr(locked, name) != value]
    _assign(locked, fields)
    _save_unique(locked, changed)


def directory_mark(row: Member | Organisation) -> str:
    """Return the mark of what the directory's form of a row shows (`web.versions`)."""
    names = ("code", "name", "name_da") if isinstance(row, Member) else ("name", "regime", "member_id")
    return mark_of(*(getattr(row, name) for name in names))


def _save_unique(row: Member | Organisation, fields: Iterable[str] | None = None) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError as error:
        raise Refusal(rules.NAME_TAKEN) from error


def record_consultation(
    viewer: Viewer, act: Act, subject: Subject, count: int | None = None, details: str = ""
) -> None:
    """Record that somebody looked at people or keys: a list and a search are reads too."""
    with transaction.atomic():
        record(act, subject, viewer.actor, ADMINISTRATION, count=count, details=details)
