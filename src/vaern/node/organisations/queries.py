"""Everything that pages and the API read of organisations and people; each takes the viewer and shows only theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.search import words_query
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import AdminSession, ApiKey, Invitation, Member, Organisation, Person
from vaern.node.organisations.rules import OrganisationKind, Role, permissions_of
from vaern.node.organisations.viewers import Viewer
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def is_empty() -> bool:
    """Whether nobody is in the node yet, so that its first administrator is still to come."""
    return not Person.everybody.exists()


def people_if_ledger_names_none() -> int:
    """Return how many people the node has if no entry of the ledger is by or about one of them; 0 if one is.

    Whoever joins is recorded, so a ledger that knows nobody was emptied, or is another node's.
    """
    ids = Person.everybody.values("id")
    if Entry.objects.filter(person__in=ids).exists() or Entry.objects.filter(subject__in=ids).exists():
        return 0
    return Person.everybody.count()


# Viewers ------------------------------------------------------------------------------------------------------------


def viewer_of(person: Person) -> Viewer:
    """Return the viewer that somebody who is signed in is now."""
    roles = person.role_set
    session = open_admin_session(person) if Role.ADMINISTRATOR in roles else None
    permissions = permissions_of(roles, in_admin_session=session is not None, runs_node=person.organisation.runs_node)
    return Viewer(person.organisation, permissions, person=person, admin_session=session)


def open_admin_session(person: Person) -> AdminSession | None:
    """Return the administrator's session that gives somebody power now."""
    return AdminSession.of(person=person).filter(closed_at=None, until__gt=timezone.now()).first()


def overseers_of(organisation: Organisation) -> QuerySet[Person]:
    """Return the people who oversee an organisation: its own, and those whose organisation oversees the whole node."""
    here = Q(organisation=organisation) | Q(organisation__kind=OrganisationKind.OVERSIGHT.value)
    return Person.everybody.filter(
        here, roles__contains=[Role.OVERSIGHT.value], is_active=True, organisation__active=True
    )


# The directory: open to everybody who is signed in, and no personal data --------------------------------------------


DIRECTORY = Order(
    "name",
    "id",
    name=words("name"),
    kind=by_rank("kind", OrganisationKind),
    country="member__code",
    state="active",
)


HERE = "here"
"""What the directory is asked for to show the organisations of this node alone."""


def organisations(
    _viewer: Viewer, *, search: str = "", kind: str = "", country: str = "", node: str = ""
) -> QuerySet[Organisation]:
    """Return the organisations of the directory whose names have all the words, or beginnings of words.

    Args:
        _viewer: everybody sees the directory.
        search: words in any order.
        kind: a code of OrganisationKind.
        country: the code of a member.
        node: the name of another node, or `HERE`.
    """
    found = Organisation.all_nodes.select_related("member")
    if node:
        found = found.filter(node="" if node == HERE else node)
    if query := words_query(search):
        found = found.filter(words=query)
    if kind in set(OrganisationKind):
        found = found.filter(kind=kind)
    if country:
        # By its id, so that the index which has the names in order serves it.
        chosen = Member.objects.filter(code=country.upper()[:2]).first()
        found = found.filter(member=chosen) if chosen else found.none()
    return found


def organisation(_viewer: Viewer, id: UUID) -> Organisation | None:
    """Return an organisation of the directory."""
    return Organisation.all_nodes.select_related("member").filter(pk=id).first()


def other_nodes(_viewer: Viewer) -> list[str]:
    """Return the names of the other nodes of which the directory has organisations."""
    return list(Organisation.all_nodes.exclude(node="").order_by("node").values_list("node", flat=True).distinct())


def members(_viewer: Viewer) -> QuerySet[Member]:
    """Return the countries of the alliance."""
    return Member.objects.order_by("name")


def country_names() -> dict[str, str]:
    """Return what the countries of the directory are called in the reader's language, by code, in the names' order."""
    return dict(
        sorted(
            ((one.code, str(one)) for one in Member.objects.only("code", "name", "name_da")), key=lambda pair: pair[1]
        )
    )


def member(_viewer: Viewer, id: UUID) -> Member | None:
    """Return a country of the alliance."""
    return Member.objects.filter(pk=id).first()


# People of the viewer's organisation --------------------------------------------------------------------------------


PEOPLE = Order("name", "id", name=words("name"), roles="roles", email=words("email"), state="is_active")


def people(_viewer: Viewer, *, search: str = "", role: str = "", state: str = "") -> QuerySet[Person]:
    """Return the people of the viewer's organisation; whoever was erased is no longer among them.

    Args:
        _viewer: the scope is theirs.
        search: words of the name or the mail address, in any order.
        role: a code of Role.
        state: `active`, `closed` or `review` (due for it).
    """
    found = Person.objects.filter(erased_at=None)
    if query := words_query(search):
        found = found.filter(words=query)
    if role in set(Role):
        found = found.filter(roles__contains=[role])
    if state in {"active", "closed"}:
        found = found.filter(is_active=state == "active")
    elif state == "review":
        found = found.filter(review_date__lte=timezone.localdate())
    return found


def person(_viewer: Viewer, id: UUID) -> Person | None:
    """Return somebody of the viewer's organisation."""
    found: Person | None = Person.objects.filter(pk=id).first()
    return found


INVITATIONS = Order("-created_at", "id", name=words("name"), email=words("email"), roles="roles", until="expires_at")


def invitations(_viewer: Viewer) -> QuerySet[Invitation]:
    """Return the invitations of the viewer's organisation that are still open, also those that ran out."""
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None)


def invitation(_viewer: Viewer, id: UUID) -> Invitation | None:
    """Return an invitation of the viewer's organisation."""
    found: Invitation | None = Invitation.objects.filter(pk=id).first()
    return found


def api_keys(_viewer: Viewer) -> QuerySet[ApiKey]:
    """Return the keys of the viewer's organisation, those in use first."""
    return ApiKey.objects.select_related("created_by").order_by(F("revoked_at").asc(nulls_first=True), "-created_at")


def api_key(_viewer: Viewer, id: UUID) -> ApiKey | None:
    """Return a key of the viewer's organisation."""
    found: ApiKey | None = ApiKey.objects.filter(pk=id).first()
    return found


def own_sessions(viewer: Viewer) -> list[UserSession]:
    """Return the browsers in which somebody is signed in."""
    return list(UserSession.objects.filter(user=viewer.person).order_by("-last_seen_at"))


# What the home page says needs somebody -----------------------------------------------------------------------------


def review_due(viewer: Viewer) -> QuerySet[Person]:
    """Return the people of the viewer's organisation whose account is due for a review, the first first."""
    found = Person.everybody.filter(organisation=viewer.organisation, erased_at=None)
    return found.filter(review_date__lte=timezone.localdate()).order_by("review_date", "id")


def invitations_ending(viewer: Viewer) -> QuerySet[Invitation]:
    """Return the open invitations of the viewer's organisation that end within two days, the first first."""
    now = timezone.now()
    found = Invitation.objects.filter(accepted_at=None, withdrawn_at=None)
    return found.filter(expires_at__gt=now, expires_at__lte=now + timedelta(days=2)).order_by("expires_at", "id")


def expiring_keys(viewer: Viewer, within: Any) -> QuerySet[ApiKey]:
    """Return the keys of the viewer's organisation that end within a time, the first to end first."""
    now = timezone.now()
    return ApiKey.objects.filter(revoked_at=None, expires_at__gt=now, expires_at__lte=now + within).order_by(
        "expires_at"
    )


def factors_of(person: Person) -> QuerySet[Authenticator]:
    """Return the second factors of a person, the oldest first."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=person).order_by("created_at")
    return found
