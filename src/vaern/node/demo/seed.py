"""Fills a new node with the synthetic alliance, by running the real actions: invite, accept, release, recall, read.

Nothing is written round the actions, so the ledger of the demonstration is a true account of what happened to it.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.db import transaction
from django.utils import timezone

from vaern.node.base.scope import viewing
from vaern.node.demo import work
from vaern.node.demo.alliance import BODIES, COUNTRIES, JOINS, RUNS_NODE, SPEAKS_DANISH, Body, Country, address
from vaern.node.demo.clock import moved
from vaern.node.demo.history import lives
from vaern.node.demo.pace import planned_once
from vaern.node.demo.sign_in import only_synthetic, password_of
from vaern.node.demo.stories import at_once, tell
from vaern.node.organisations import account_actions, actions, acts
from vaern.node.organisations.models import Member, Organisation, Person
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import Role
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from vaern.node.organisations.viewers import Viewer

JUST_NOW = timedelta(minutes=2)
"""So long before the start its history ends: the clock goes on while the last of it is told."""

LINK = re.compile(r"/([A-Za-z0-9_-]{43})/?\s")


@dataclass
class Alliance:
    """What has been made so far.

    Attributes:
        people: by address.
        organisations: by host.
        marked: records that a later part of a story goes on with, by a name.
        ends: when its history ends, which is now; None if it has none, and all happens at once.
        bodies, countries: what there is on the node.
        founder: the host of the organisation that runs it.
    """

    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    ends: datetime | None = None
    marked: dict[str, Any] = field(default_factory=dict)
    bodies: Sequence[Body] = BODIES
    countries: Sequence[Country] = COUNTRIES
    founder: str = RUNS_NODE

    @property
    def today(self) -> date:
        """The day on which the demonstration is shown."""
        return timezone.localdate(self.ends)

    def ago(self, before: timedelta) -> datetime:
        """Return the moment so long before the demonstration is shown."""
        return (self.ends or timezone.now()) - before

    def body(self, host: str) -> Body:
        """Return the organisation with this host."""
        return next(body for body in self.bodies if body.host == host)

    def someone(self, host: str, role: Role, number: int = 0) -> Viewer:
        """Return the first person of an organisation with a role, or a later one by their number, as a viewer."""
        body = self.body(host)
        names = [name for name, roles in body.people if role in roles]
        return viewer_of(self.people[address(names[number], host)])


def is_seeded() -> bool:
    """Whether the alliance is there, or at least begun."""
    return Person.everybody.filter(email__endswith=f"@{RUNS_NODE}.example").exists()


def seed(link: str, results: Path | None, say: Callable[[str], None], history: int = 0) -> Alliance:
    """Fill the node.

    Args:
        link: the first sign-in link of the new node.
        results: a folder with the results of a scan, of which the first scans are made.
        say: is told what is being done.
        history: how many days of the alliance's life before today are told; 0 for today's work alone, all at once.

    Raises:
        NotSynthetic: the node is not marked synthetic.
    """
    only_synthetic()
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []  # type: ignore[attr-defined] # as that backend would; the mails of this process are read here
    alliance = Alliance()
    if not history:
        found(alliance, link, say)
        say("Bringing in scans, reading, releasing, recalling …")
        work.prepare(alliance)
        for story in work.stories(alliance, results):
            at_once(story)
        send_waiting()  # nobody reads the rest; the terminal stays quiet
        return alliance
    alliance.ends = timezone.now() - JUST_NOW
    with planned_once(), moved(alliance.ago(timedelta(days=history))) as clock:
        found(alliance, link, say)
        work.prepare(alliance)
        settings.EMAIL_BACKEND = usual
        say(f"Living through {history} days of the alliance, to this minute …")
        tell(clock, lives(alliance, results), alliance.ends, send_waiting)
        send_waiting()
    return alliance


def found(alliance: Alliance, link: str, say: Callable[[str], None]) -> None:
    """Make the organisations and people of a new node; mails have to lie in `mail.outbox`, where they are accepted.

    Args:
        alliance: with the bodies and countries that the node is to have; gets its people and organisations.
        link: the first sign-in link of the node.
        say: is told what is being done.
    """
    say("Founding the alliance …")
    with _quick_hashes():
        _begin(alliance, link)
        _directory(alliance)
        say("Inviting people, and accepting for them …")
        for body in alliance.bodies:
            _people(alliance, body)


@contextmanager
def _quick_hashes() -> Iterator[None]:
    """Hash passwords with little memory for a while: these are printed on the terminal anyway, and made by the dozen.

    Whoever signs in with one gets the full hash at once: Django renews a hash that was made more cheaply.
    """
    hasher = get_hasher()
    hasher.time_cost, hasher.memory_cost = 1, 1024  # type: ignore[attr-defined] # KiB; of Argon2
    try:
        yield
    finally:
        del hasher.time_cost, hasher.memory_cost  # type: ignore[attr-defined] # the class's own show again


def _begin(alliance: Alliance, link: str) -> None:
    """Accept the first link, as the first administrator does in the browser."""
    body = alliance.body(alliance.founder)
    name = _first_administrator(body)
    token = link.rstrip("/").rpartition("/")[2]
    email = address(name, body.host)
    organisation = {"name": body.name, "kind": body.kind.value, "regime": body.regime.value}
    person = actions.accept_invitation(
        token, password=password_of(email), name=name, email=email, organisation=organisation
    )
    _second_factor(person)
    alliance.people[email] = person
    alliance.organisations[body.host] = person.organisation


def _directory(alliance: Alliance) -> None:
    """Add the countries and organisations; each administrator comes by the mail that is sent to them."""
    founder = alliance.someone(alliance.founder, Role.ADMINISTRATOR)
    members: dict[str, Member] = {}
    for country in alliance.countries:
        members[country.code] = actions.add_member(
            founder, JOINS, code=country.code, name=country.name, name_da=country.name_da
        )
    for body in alliance.bodies:
        if body.host == alliance.founder:
            if body.country:
                own = alliance.organisations[body.host]
                actions.change_organisation(founder, JOINS, own, member=members[body.country])
            continue
        name = _first_administrator(body)
        alliance.organisations[body.host] = actions.add_organisation(
            founder,
            JOINS,
            name=body.name,
            kind=body.kind,
            regime=body.regime,
            member=members.get(body.country),
            administrator=name,
            email=address(name, body.host),
            language=_language(body),
        )
    _accept_mails(alliance)


def _people(alliance: Alliance, body: Body) -> None:
    administrator = alliance.someone(body.host, Role.ADMINISTRATOR)
    with viewing(administrator.organisation.id):
        for name, roles in body.people:
            if address(name, body.host) not in alliance.people:
                actions.invite(
                    administrator,
                    JOINS,
                    name=name,
                    email=address(name, body.host),
                    roles=roles,
                    language=_language(body),
                )
    _accept_mails(alliance)


def _accept_mails(alliance: Alliance) -> None:
    """Send the mails that wait, and do what each asks for: open the link and choose a password."""
    send_waiting()
    outbox = mail.outbox  # type: ignore[attr-defined]
    for message in outbox:
        found = LINK.search(f"{message.body}\n")
        if found is None:
            continue
        (email,) = message.to
        person = actions.accept_invitation(found[1], password=password_of(email))
        _second_factor(person)
        alliance.people[email] = person
    outbox.clear()


def _second_factor(person: Person) -> None:
    """Set up an authenticator app for somebody, as the page does."""
    with transaction.atomic():
        TOTP.activate(person, generate_totp_secret())
        account_actions.note_own(person, acts.SECOND_FACTOR_ADDED)


def _first_administrator(body: Body) -> str:
    return next(name for name, roles in body.people if Role.ADMINISTRATOR in roles)


def _language(body: Body) -> str:
    return "da" if body.host == SPEAKS_DANISH else "en"
