"""Names for the ids that entries hold, fetched in one query a table, and only those that the viewer may read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.kinds import recipients
from vaern.node.exchange.models import Peer
from vaern.node.organisations.models import ApiKey, Member, Organisation, Person
from vaern.node.oversight.sight import casework_models

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from vaern.node.ledger.models import Entry
    from vaern.node.oversight.sight import Sight

KINDS = {
    "organisation": gettext_lazy("organisation"),
    "member": gettext_lazy("member"),
    "person": gettext_lazy("person"),
    "invitation": gettext_lazy("invitation"),
    "api_key": gettext_lazy("API key"),
    "admin_session": gettext_lazy("administrator’s session"),
    "release": gettext_lazy("release"),
    "ledger_entry": gettext_lazy("entry of the ledger"),
    "ledger_witness": gettext_lazy("witness of the ledger"),
    "witnessed_ledger": gettext_lazy("ledger of another node"),
    "access_request": gettext_lazy("request of a data subject"),
    "subject_request": gettext_lazy("request of a data subject without an account"),
    "mail": gettext_lazy("mail"),
    "peer": gettext_lazy("another node"),
    "message": gettext_lazy("message"),
    "exchange_keys": gettext_lazy("keys of the exchange"),
    "record": gettext_lazy("all kinds of record"),
    "scan": gettext_lazy("scan"),
    "report": gettext_lazy("report"),
    "mapping": gettext_lazy("mapping"),
    "viewing_station": gettext_lazy("viewing station"),
    "work_package": gettext_lazy("work package"),
    "case": gettext_lazy("case"),
    "assistance_request": gettext_lazy("request for legal assistance"),
    "incoming_request": gettext_lazy("request of another country"),
    "series": gettext_lazy("series"),
    "wish": gettext_lazy("survivor’s wish"),
    "list": gettext_lazy("hash list"),
    "list_subset": gettext_lazy("subset of a hash list"),
    "entry": gettext_lazy("entry of a hash list"),
    "entry_recall": gettext_lazy("recall of an entry of a hash list"),
    "intake": gettext_lazy("file for a hash list"),
    "lookup": gettext_lazy("look-up by a program"),
    "commitment": gettext_lazy("commitment"),
    "round": gettext_lazy("reporting round"),
    "reply": gettext_lazy("reply to a reporting round"),
    "press_event": gettext_lazy("event for the press"),
    "press_registration": gettext_lazy("registration of a journalist"),
    "press_paper": gettext_lazy("paper for the press"),
    "ministerial_meeting": gettext_lazy("ministerial meeting"),
    "public_release": gettext_lazy("public release"),
}
"""What people read of a kind of record; a kind that is not here is called what its model is called."""


NOBODY = UUID(int=0)
"""The organisation of a reader outside: none is theirs."""


def kind_label(kind: str) -> str:
    """Return what people read of a kind of record."""
    if kind in KINDS:
        return str(KINDS[kind])
    model = casework_models().get(kind)
    return str(model._meta.verbose_name) if model else kind.replace("_", " ")


def short(id: UUID) -> str:
    """Return the first eight digits of an id: enough to tell records apart by eye."""
    return str(id)[:8]


@dataclass(frozen=True)
class Name:
    """What a sentence says of an id, and the page that it leads to, if the viewer has one."""

    text: str
    url: str = ""


class Names:
    """The names of all that some entries mention.

    Args:
        sight: what the viewer may see of the ledger; names of people and records follow it.
        entries: whose ids are looked up, in as many queries as there are tables among them.
    """

    def __init__(self, sight: Sight, entries: Iterable[Entry]) -> None:
        self.sight = sight
        people: set[UUID | None] = set()
        organisations: set[UUID | None] = set()
        keys: set[UUID | None] = set()
        records: dict[str, set[UUID]] = defaultdict(set)
        for entry in entries:
            people.add(entry.person)
            keys.add(entry.key)
            organisations |= {entry.organisation, entry.recipient, entry.owner}
            if entry.subject is not None:
                {"person": people, "organisation": organisations, "api_key": keys}.get(
                    entry.kind, records[entry.kind]
                ).add(entry.subject)
        self._people = {p.id: p for p in _named(Person.everybody, people)}
        self._keys = {k.id: k for k in _named(ApiKey.everywhere, keys)}
        organisations |= {person.organisation_id for person in self._people.values()}
        organisations |= {key.organisation_id for key in self._keys.values()}
        self._organisations = {
            o.id: o.name
            for o in Organisation.all_nodes.filter(id__in=[id for id in organisations if id]).only("id", "name")
        }
        self._organisations |= recipients({id for id in organisations if id} - self._organisations.keys())
        self._records = {
            (kind, record.pk): str(record) for kind, ids in records.items() for record in self._visible(kind, ids)
        }
        self._records |= {
            ("member", member.id): str(member) for member in Member.objects.filter(id__in=records.pop("member", ()))
        }
        self._records |= {
            ("peer", peer.id): peer.name for peer in Peer.objects.filter(id__in=records.pop("peer", ())).only("name")
        }
        self._records |= {
            ("api_key", key.id): key.name for key in self._keys.values() if sight.is_own(key.organisation_id)
        }

    def _visible(self, kind: str, ids: set[UUID]) -> Iterable[Model]:
        model = casework_models().get(kind)
        if model is None or not ids or self.sight.redacted:
            return ()
        manager: Any = model.everywhere if self.sight.whole_node else model.objects
        return manager.filter(pk__in=ids)

    def organisation(self, id: UUID | None) -> Name:
        """Return the name of an organisation; the directory is open to everybody."""
        if id is None:
            return Name(_("the node"))
        return Name(self._organisations.get(id) or _("an organisation that is not here (id %s)") % short(id))

    def person(self, id: UUID) -> Name:
        """Return the name of a person, as far as the viewer may read it."""
        person = self._people.get(id)
        if person is None:
            return Name(_("a person who is not here (id %s)") % short(id))
        if not self.sight.may_name(person.id, person.organisation_id):
            return Name(_("somebody at %s") % self.organisation(person.organisation_id).text)
        url = self.sight.person_url(person.id, person.organisation_id)
        if person.erased_at is not None or not person.name:
            return Name(_("a person whose data was erased (id %s)") % short(id), url)
        return Name(person.name, url)

    def actor(self, entry: Entry) -> Name:
        """Return who made an entry: a person, a program with a key of an organisation, or the node itself."""
        if entry.person is not None:
            return self.person(entry.person)
        if entry.key is not None:
            return Name(_("a program of %s") % self.organisation(entry.organisation).text)
        return Name(_("the node"))

    def subject(self, entry: Entry) -> Name:
        """Return what an entry is about."""
        if entry.subject is None:
            return Name(kind_label(entry.kind))
        if entry.kind == "person":
            return self.person(entry.subject)
        url = self.sight.record_url(entry.kind, entry.subject)
        if entry.kind == "organisation":
            return Name(self.organisation(entry.subject).text, url)
        name = self._records.get((entry.kind, entry.subject))
        if entry.kind in {"member", "peer"} and name:
            return Name(name, url)
        return Name(
            f"{kind_label(entry.kind)} “{name}”" if name else f"{kind_label(entry.kind)} {short(entry.subject)}", url
        )

    def recipient(self, entry: Entry) -> Name:
        """Return to whom something was disclosed."""
        return self.organisation(entry.recipient) if entry.recipient else Name(_("nobody else"))


def _named(manager: Any, ids: set[UUID | None]) -> Any:
    return manager.filter(id__in=ids - {None})
