"""The dated table of law behind each look-up: whether a kind of service may look, in which country, from when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from vaern.lookup.grounds import KNOWN, Ground
from vaern.node.law.data import counting
from vaern.node.law.records import Basis, InForce
from vaern.node.law.registers import LawTable, Register
from vaern.node.lists.lookups.forms import SERVICES, STATES, GroundForm
from vaern.node.organisations.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TABLE = "lookup_grounds"


class LookupGround(InForce, frozen=True, kw_only=True):
    """Whether a kind of service of a country may look for known material.

    Attributes:
        service: one of `SERVICES`.
        country: two letters, or EU for all its members.
        state: whether it may; `unknown` is an answer too.
        text: what the law says, in a sentence.
    """

    service: Literal["hosting", "communication", "search", "storage", "other"]
    country: str
    state: Literal["lawful", "unlawful", "unknown"]
    text: str

    @property
    def key(self) -> str:
        """The key of the row in all its versions."""
        return f"{self.country} {self.service} {self.since.isoformat()}"

    @property
    def stands(self) -> bool:
        """Whether it counts before a person has verified it: what was read in its source does."""
        return self.synthetic or self.read is not None


def _of_files() -> Iterator[LookupGround]:
    """Yield the rows that come with the look-up service, so that a page shows what it answers by."""
    for row in KNOWN:
        yield LookupGround(
            service=row.service or "other",
            country=row.country,
            state=row.state,
            text=row.text,
            since=date.fromisoformat(row.since),
            until=date.fromisoformat(row.until) - timedelta(days=1) if row.until else None,
            source=row.source,
            recalled=date.fromisoformat(row.day),
            basis=Basis.RECALLED,
        )


def rows() -> Iterable[Ground]:
    """Return the rows that count, as the look-up service reads them."""
    for row in counting(TABLE):
        yield Ground(
            service=row.service,
            country=row.country,
            since=row.since.isoformat(),
            until=(row.until + timedelta(days=1)).isoformat() if row.until else "",
            state=row.state,
            text=row.text,
            source=row.source,
            day=row.day.isoformat() if row.day else "",
        )


def _says(row: LookupGround) -> str:
    return f"{row.country} – {SERVICES[row.service]}: {str(STATES[row.state]).lower()}. {row.text}"


def _country(code: str) -> str:
    if code == "EU":
        return str(_("European Union"))
    found = Member.objects.filter(code=code).first()
    return str(found) if found else code


REGISTER = Register(
    "lookups",
    _("Look-ups"),
    _(
        "Whether a service may look for known material, by kind of service, country and day. What a row does not say "
        "is not known, and is answered as that. A row that a person adds or corrects counts once another has "
        "verified it."
    ),
    tables=(
        LawTable(
            TABLE,
            _("Who may look"),
            LookupGround,
            key=lambda row: row.key,
            of_files=_of_files,
            says=_says,
            about=lambda row: row.service,
            form=GroundForm,
        ),
    ),
    about_label=_("Kind of service"),
    abouts=SERVICES.items,
    country_name=_country,
)
