"""The settings of an organisation's desk, and its people's preferences and saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from vaern.node.base.personal import Ends, Personal, Whom
from vaern.node.organisations.models import Organisation, Owned, Person

if TYPE_CHECKING:
    import uuid


def monday_to_friday() -> list[int]:
    """Return the default working days of a desk."""
    return [0, 1, 2, 3, 4]


class Desk(Owned):
    """The settings of one organisation's desk. Created with these defaults on first use.

    Attributes:
        public_name: in the address of its public form; "" while it has none.
        emergency_number, help_name, help_at: what the public form shows: whom to call when a child is in danger, and
            where to get help (a telephone number or a name; never a link to a third party).
        child_help_name, child_help_at: the same for a child; "" where the help line of the country is shown (`help`).
        working_days: Monday is 0; days of the week on which the desk works.
        holidays: days, ISO 8601, on which it does not.
        timezone: IANA name.
        second_view: when a second, independent view is asked for: never, doubtful, sampled or always.
        second_view_share: per cent that are sampled.
        police_first: a host is notified only after the police was told.
        longest_hold_hours: of a police hold.
        url_in_notice: the mail of a notice names the exact address; else only the host portal shows it (`takedown`).
        scheme: code of the national scheme that follows the baseline (`assessment`).
    """

    PERSONAL: ClassVar = Personal(
        plain=(
            "public_name",
            "emergency_number",
            "help_name",
            "help_at",
            "child_help_name",
            "child_help_at",
            "working_days",
            "holidays",
            "timezone",
            "second_view",
            "scheme",
        )
    )

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    public_name = models.SlugField(max_length=40, default="")
    emergency_number = models.CharField(max_length=20, default="112")
    help_name = models.CharField(max_length=100, default="")
    help_at = models.CharField(max_length=100, default="")
    child_help_name = models.CharField(max_length=100, default="")
    child_help_at = models.CharField(max_length=100, default="")
    working_days = models.JSONField(default=monday_to_friday)
    holidays = models.JSONField(default=list)
    timezone = models.CharField(max_length=40, default="Europe/Copenhagen")
    second_view = models.CharField(max_length=10, default="doubtful")
    second_view_share = models.PositiveSmallIntegerField(default=10)
    police_first = models.BooleanField(default=True)
    longest_hold_hours = models.PositiveSmallIntegerField(default=48)
    url_in_notice = models.BooleanField(default=True)
    scheme = models.CharField(max_length=40, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="desk_public_name", fields=["public_name"], condition=~Q(public_name="")),
            models.CheckConstraint(name="desk_works", condition=~Q(working_days=[])),
            models.CheckConstraint(
                name="desk_second_view", condition=Q(second_view__in=["never", "doubtful", "sampled", "always"])
            ),
            models.CheckConstraint(
                name="desk_hold_ends", condition=Q(longest_hold_hours__gte=1, longest_hold_hours__lte=168)
            ),
        ]

    def __str__(self) -> str:
        return f"desk of {self.organisation}"


class Preference(Owned):
    """One person's preferences for the work list.

    Attributes:
        sound: a tone when an urgent report arrives.
    """

    PERSONAL: ClassVar = Personal(Ends.ACCOUNT)

    if TYPE_CHECKING:
        person_id: uuid.UUID

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    sound = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"preference of {self.person_id}"


class SavedView(Owned):
    """A search of the work list that a person saved under a name."""

    PERSONAL: ClassVar = Personal(Ends.ACCOUNT, {"name": (Whom.STAFF,), "query": (Whom.STAFF,)})

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="saved_view", fields=["person", "name"])]

    def __str__(self) -> str:
        return self.name
