"""Members, organisations, people, keys, and what a row has that belongs to one organisation."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.base.scope import Scoped, Visible
from vaern.node.base.search import words_of
from vaern.node.ledger.rules import Actor, Subject
from vaern.node.organisations.cached import CacheEntry as CacheEntry  # noqa: PLC0414 - a table of this app
from vaern.node.organisations.here import LivesHere
from vaern.node.organisations.rules import OrganisationKind, Regime, Role

if TYPE_CHECKING:
    from enum import StrEnum


def choices(codes: type[StrEnum]) -> list[tuple[str, str]]:
    """Return an enumeration as Django's choices; what people read of a code stands in `labels.py`."""
    return [(code.value, code.value) for code in codes]


def among(field: str, codes: type[StrEnum]) -> Q:
    """Return the condition that a column holds one of the codes."""
    return Q(**{f"{field}__in": [code.value for code in codes]})


def in_a_year() -> date:
    """The day on which somebody looks whether a record is still needed."""
    return timezone.localdate() + timedelta(days=365)


class Member(models.Model):
    """A country; `joined_date`: since when it is a member of the alliance, as `alliance.membership` recorded it."""

    PERSONAL: ClassVar = Personal(
        plain=(
            "code",
            "name",
            "name_da",
        )
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=100, unique=True)
    name_da = models.CharField(max_length=100)
    joined_date = models.DateField(null=True)

    def __str__(self) -> str:
        return self.name_da if get_language() == "da" else self.name

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("member", self.id)


class Organisation(models.Model):
    """A hotline, a police desk, a platform …: the tenant to which records belong. The directory is open to all.

    Attributes:
        runs_node: it runs this node; its administrators and secretariat change the directory. One at most.
        node: the host of the node where it lives, from whose directory it was taken; "" for one of this node. Nobody of
            such an organisation signs in here, and nothing of it is changed here. `objects` leaves it out; what may
            name one of another node asks `all_nodes`, and says why it may.
        invitation: of its first administrator, on the object that was made just now.
    """

    PERSONAL: ClassVar = Personal(plain=("name", "node", "words"))

    invitation: Invitation

    all_nodes = models.Manager["Organisation"]()  # the first, so that foreign keys and unique names know of all
    objects = LivesHere()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="organisations")
    kind = models.CharField(max_length=20, choices=choices(OrganisationKind))
    regime = models.CharField(max_length=4, choices=choices(Regime))
    name = models.CharField(max_length=200, unique=True)
    active = models.BooleanField(default=True)
    runs_node = models.BooleanField(default=False)
    node = models.CharField(max_length=253, default="", blank=True)
    words = models.GeneratedField(expression=words_of("name"), output_field=SearchVectorField(), db_persist=True)
    created_at = models.DateTimeField(default=timezone.now)
    review_date = models.DateField(default=in_a_year)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["kind", "name", "id"]),
            models.Index(fields=["member", "name", "id"]),
            GinIndex(fields=["words"], name="organisation_words"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(name="organisation_runs_node", fields=["runs_node"], condition=Q(runs_node=True)),
            models.CheckConstraint(name="organisation_runs_its_own", condition=Q(runs_node=False) | Q(node="")),
            models.CheckConstraint(name="organisation_kind", condition=among("kind", OrganisationKind)),
            models.CheckConstraint(name="organisation_regime", condition=among("regime", Regime)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def works_here(self) -> bool:
        """Whether its people and programs come in here: it lives on this node, and is open."""
        return self.active and not self.node

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("organisation", self.id, self.id)


class People(BaseUserManager["Person"]):
    """The manager that Django's sign-in needs: without scope, because nobody is signed in yet."""


class Person(AbstractBaseUser):
    """Somebody who signs in. Names and addresses stand here only; everything else knows the id.

    Attributes:
        single_keys: single letters, figures and signs are shortcuts (WCAG 2.1.4: they can be switched off).
        erased_at: since when the personal fields are empty; the row stays, so that the ledger's id names a fact.
    """

    PERSONAL: ClassVar = Personal(
        Ends.ACCOUNT,
        {
            "name": (Whom.STAFF,),
            "email": (Whom.STAFF,),
            "password": (Whom.STAFF,),
            "words": (Whom.STAFF,),
            "roles": (Whom.STAFF,),
            "language": (Whom.STAFF,),
        },
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    roles = ArrayField(models.CharField(max_length=20, choices=choices(Role)), default=list)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="en")
    single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    review_date = models.DateField(default=in_a_year)
    erased_at = models.DateTimeField(null=True)
    words = models.GeneratedField(
        expression=words_of("name", "email"), output_field=SearchVectorField(), db_persist=True
    )

    everybody = People()
    objects = Visible()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        default_manager_name = "everybody"
        base_manager_name = "everybody"
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="person_email", condition=~Q(email="")),
            models.CheckConstraint(
                name="person_erased_is_empty",
                condition=Q(erased_at=None) | Q(email="", name="", is_active=False, password=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "name", "id"]),
            models.Index(fields=["name", "id"]),
            models.Index(fields=["review_date"]),
            GinIndex(fields=["words"], name="person_words"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles, as the rules know them."""
        return frozenset(Role(role) for role in self.roles)

    @property
    def subject(self) -> Subject:
        """How the ledger names the person."""
        return Subject("person", self.id, self.organisation_id)

    @property
    def actor(self) -> Actor:
        """The person as somebody who acts."""
        return Actor(person=self.id, organisation=self.organisation_id)


class Owned(Scoped):
    """A row that belongs to one organisation."""

    if TYPE_CHECKING:
        organisation_id: uuid.UUID

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Any]] = Visible()

    class Meta(Scoped.Meta):
        abstract = True


class LastLook(models.Model):
    """When a person last looked at a list, so that what came or changed since is marked there.

    Attributes:
        list: name of the list.
        looked_at: the last time.
        since: the last time in the visit before this one; None during the first.
    """

    PERSONAL: ClassVar = Personal(Ends.ACCOUNT, plain=("list",))

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    list = models.CharField(max_length=40)
    looked_at = models.DateTimeField()
    since = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="last_look_once", fields=["person", "list"])]

    def __str__(self) -> str:
        return f"look at {self.list}"


class Invitation(Scoped):
    """A mailed link, good once and for a few days, with which a person makes their account.

    Attributes:
        digest: SHA-256 of the token in the link; the token itself is in the mail only.
        token: on the object that was made just now, never in the database.
    """

    PERSONAL: ClassVar = Personal(
        Ends.DATE,
        {"email": (Whom.STAFF,), "name": (Whom.STAFF,), "roles": (Whom.STAFF,), "language": (Whom.STAFF,)},
        plain=("digest",),
    )

    token: str

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    roles = ArrayField(models.CharField(max_length=20, choices=choices(Role)))
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="en")
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = Visible()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                name="invitation_once",
                condition=Q(accepted_at=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("invitation", self.id, self.organisation_id)

    @property
    def open(self) -> bool:
        """Whether its link can still be used."""
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class ApiKey(Scoped):
    """A key with which an organisation's programs use the API.

    Attributes:
        digest: SHA-256 of the secret half, which is shown once and kept nowhere.
        scopes: the permissions that the key has; never more than whoever made it.
        purpose: what look-ups with it are for where a call says none; "" where that is its kind of service.
    """

    PERSONAL: ClassVar = Personal(
        Ends.KEPT,
        plain=(
            "name",
            "digest",
            "scopes",
            "purpose",
        ),
        because="entries of the ledger name the key; its maker is an id, whose row is emptied with the account",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=100)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=40))
    purpose = models.CharField(max_length=100, default="")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = Visible()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="api_key_expires", condition=Q(expires_at__gt=F("created_at"))),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def valid(self) -> bool:
        """Whether it can be used, so far as it is up to the key itself."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("api_key", self.id, self.organisation_id)

    @property
    def actor(self) -> Actor:
        """The key as somebody who acts."""
        return Actor(key=self.id, organisation=self.organisation_id)


class AdminSession(Scoped):
    """The time for which an administrator, with a reason, sees casework of their own organisation."""

    PERSONAL: ClassVar = Personal(
        Ends.KEPT, {"reason": (Whom.STAFF,)}, because="oversight reads who saw casework as an administrator, and why"
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="admin_sessions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=2000)
    opened_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = Visible()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="admin_session_is_short",
                condition=Q(until__gt=F("opened_at"), until__lte=F("opened_at") + timedelta(hours=4)),
            ),
            models.UniqueConstraint(name="admin_session_once", fields=["person"], condition=Q(closed_at=None)),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "opened_at"])]

    def __str__(self) -> str:
        return f"administrator's session {self.id}"

    @property
    def subject(self) -> Subject:
        """How the ledger names it."""
        return Subject("admin_session", self.id, self.organisation_id)

    @property
    def open(self) -> bool:
        """Whether it gives power now."""
        return self.closed_at is None and self.until > timezone.now()
