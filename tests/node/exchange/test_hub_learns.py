"""What the hub learns, as docs/explanation/hub.md says: held by one that keeps all that it ever saw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import connection, transaction
from structlog.testing import capture_logs
from tests.node.exchange import hubs
from tests.node.exchange.hubs import MAIL, Side, Trio, file_key, mail_key
from tests.node.exchange.test_hub import reveal

from vaern.node.base.sealing import unseal_bytes
from vaern.node.crosscheck.desk import actions as desk
from vaern.node.crosscheck.disclosures import actions
from vaern.node.crosscheck.elsewhere import secrets
from vaern.node.crosscheck.elsewhere.enrolling import common_of
from vaern.node.crosscheck.models import HeldMeeting, HeldRecord, HeldValue, HubRecord
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.crosscheck.rules.disclosures import Level
from vaern.node.crosscheck.rules.registry import Update
from vaern.node.exchange.inbox.deliveries import message_of
from vaern.node.exchange.models import Incoming, Outgoing
from vaern.node.exchange.models.outbox import PURPOSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.node.exchange.conftest import Begin

pytestmark = pytest.mark.once  # several whole nodes each

DIRECTORY = ("exchange.directory", "exchange.card")
"""What every peer says of itself: the hub has it as any node has, and it is of no record."""


class Keeper:
    """A hub that keeps everything: every message that it opened or sent, every row that it ever had, all its logs."""

    def __init__(self, trio: Trio) -> None:
        self.trio, self.seen, self.logs = trio, "", []  # type: ignore[var-annotated]

    def look(self) -> str:
        """Keep what there is now, and return all that was ever seen."""
        with self.trio.hub.on():
            for row in Incoming.objects.exclude(kind__in=DIRECTORY):
                self.seen += msgspec.json.encode(message_of(row)).decode()
            for sent in Outgoing.objects.exclude(kind__in=DIRECTORY):
                self.seen += unseal_bytes(sent.sealed, PURPOSE).decode()
            with connection.cursor() as cursor:
                for table in connection.introspection.table_names(cursor):
                    if table.startswith(("crosscheck_", "ledger_", "casework_", "exchange_", "reports_")):
                        cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
                        self.seen += "".join(one for (one,) in cursor.fetchall())
        self.seen += repr(self.logs)
        return self.seen


@pytest.fixture
def trio(begin: Begin) -> Trio:
    return hubs.trio(*begin(*hubs.names()))


@pytest.fixture
def keeper(trio: Trio) -> Iterator[Keeper]:
    found = Keeper(trio)
    with capture_logs() as logs:
        found.logs = logs
        yield found


def story(trio: Trio, keeper: Keeper) -> None:
    """All that can happen, up to the moment at which both have agreed."""
    trio.north.enrol(mail_key, file_key)
    trio.south.enrol(mail_key)
    trio.rest()
    with trio.north.node.on(), transaction.atomic():
        registry.send_update(trio.north.records[0], Update.IDENTIFIED)
    trio.rest()
    keeper.look()
    trio.north.do(actions.ask, trio.north.meeting(), Level.CONTACT, "desk@north.example")
    trio.rest()
    trio.south.do(actions.agree, reveal(trio.south), "desk@south.example")
    trio.rest()


def of(side: Side) -> list[str]:
    """What says who somebody is, or what it works on."""
    with side.node.on():
        organisation, enrolment = side.viewer.organisation, side.enrolment()
        person = side.viewer.person
        keys = registry.keys_of(enrolment)
        digests = [one.hex() for one in [*common_of(keys), *(key.digest for key in keys)]]
        texts = [organisation.name, str(organisation.id), str(enrolment.record), str(person.pk if person else "")]
        return [*texts, *digests, *(secret.secret.hex() for secret in secrets.in_force())]


def test_the_hub_never_sees_the_key_nor_a_value_nor_a_record_nor_who_it_is(trio: Trio, keeper: Keeper) -> None:
    story(trio, keeper)
    seen = keeper.look()
    said = [MAIL, "desk@north.example", "desk@south.example", "identified", *of(trio.north), *of(trio.south)]
    assert [one for one in said if one and one in seen] == []
    assert "crosscheck.enrolled" in seen


def test_with_all_that_it_saw_it_can_test_no_guess(trio: Trio, keeper: Keeper) -> None:
    story(trio, keeper)
    seen = keeper.look()
    with trio.north.node.on():
        (guess,) = common_of([mail_key()])
        (one,) = secrets.in_force()
    with trio.hub.on():
        held = {bytes(value) for value in HeldValue.objects.values_list("digest", flat=True)}
    assert rules.keyed(one.secret, guess) in held
    known = {bytes.fromhex(text) for text in re.findall(r"[0-9a-f]{64}", seen)}
    assert len(known) > 3
    assert not any(rules.keyed(key, guess) in held for key in known)


def test_of_a_record_it_has_a_number_and_keyed_values_and_nothing_else(trio: Trio) -> None:
    trio.north.enrol(mail_key, file_key)
    trio.rest()
    with trio.hub.on():
        (row,) = HeldRecord.objects.all()
        assert (row.size, row.country, row.hint, row.values.count()) == (2, "", "", 2)
    with trio.north.node.on():
        own = HubRecord.objects.get(record=row.record)
        assert own.enrolment is not None
        assert own.enrolment.record != row.record


def test_what_two_sides_say_is_of_one_size_whatever_they_say(trio: Trio, keeper: Keeper) -> None:
    story(trio, keeper)
    with trio.hub.on():
        rows = list(Incoming.objects.filter(kind="crosscheck.passed"))
        sizes = {len(message_of(row).body["sealed"]) for row in rows}
    assert len(rows) == 6  # each how it stands, an update, a question, and who both are
    assert len(sizes) == 1


def test_what_is_withdrawn_is_gone_from_its_tables(trio: Trio) -> None:
    trio.meet()
    for side in (trio.north, trio.south):
        with side.node.on(), transaction.atomic():
            registry.withdraw(side.records[0])
    trio.rest()
    with trio.hub.on():
        assert [model.objects.count() for model in (HeldRecord, HeldValue, HeldMeeting)] == [0, 0, 0]


def test_of_a_question_about_a_country_it_sees_signs_and_no_record(trio: Trio, keeper: Keeper) -> None:
    trio.meet()
    trio.south.do(desk.ask_country, trio.south.enrolment(), "QX", "")
    trio.rest()
    seen = keeper.look()
    with trio.hub.on():
        (body,) = [message_of(row).body for row in Incoming.objects.filter(kind="crosscheck.country_asked")]
    assert set(body) == {"question", "record", "signs"}
    assert body["signs"] == [{"code": "host", "country": "QX", "count": 1}]
    said: list[Any] = [MAIL, *of(trio.south)]
    assert [one for one in said if one and one in seen] == []
