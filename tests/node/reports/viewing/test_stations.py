"""A viewing station: two people, a licence with an end, one key that does one thing, an end at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.refusals import refused
from tests.node.reports.viewing.worlds import REASON, answer, confirm, make_terms, make_world

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.organisations.keys import key_viewer
from vaern.node.organisations.rules import (
    BOUND_SCOPES,
    CASEWORK,
    IN_ADMIN_SESSION,
    ROLES,
    Permission,
    Role,
    permissions_of,
)
from vaern.node.reports.models import Exposure, StationTerms, ViewingStation
from vaern.node.reports.rules.stations import Door, Standing, standing
from vaern.node.reports.viewing import queries, stations
from vaern.node.reports.viewing.age import encrypted, is_recipient

pytestmark = pytest.mark.django_db
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(revoked=st.booleans(), until=st.none() | DAYS, today=DAYS)
def test_a_station_is_valid_exactly_if_confirmed_not_revoked_and_not_expired(revoked, until, today):
    found = standing(revoked=revoked, until=until, today=today)
    assert (found is Standing.VALID) == (not revoked and until is not None and today <= until)
    assert (found is Standing.REVOKED) == revoked


def test_who_asks_does_not_confirm_and_until_then_nothing_is_valid():
    desk = make_organisation("hotline")
    ada, bo = (viewer_for(make_person("analyst", desk)) for _ in range(2))
    made = stations.register(ada, REASON, "Room 4", "The desk", make_terms())
    assert made.standing is Standing.PROPOSED
    with refused("You asked for it yourself: another person confirms it."):
        confirm(ada, made)
    assert confirm(bo, made).standing is Standing.VALID
    acts = list(Entry.objects.filter(kind="viewing_station", subject=made.pk).values_list("act", flat=True))
    assert sorted(acts) == ["reports.station.confirmed", "reports.station.registered"]


def test_the_database_too_wants_a_second_person():
    world = make_world()
    terms = stations.renew(world.viewer, REASON, world.station, make_terms())
    with pytest.raises(IntegrityError), transaction.atomic():
        StationTerms.everywhere.filter(pk=terms.pk).update(confirmed_by=world.ada, confirmed_at=timezone.now())


def test_a_new_licence_counts_once_confirmed_and_what_was_in_force_holds_until_then():
    world = make_world()
    before = world.station.terms
    other = x25519.Identity.generate()
    stations.renew(world.viewer, REASON, world.station, make_terms(other))
    assert ViewingStation.everywhere.get(pk=world.station.pk).terms == before
    with refused("Another request waits for the second person: it is answered first."):
        stations.renew(world.viewer, REASON, world.station, make_terms())
    assert confirm(world.second, world.station).terms.recipient == str(other.to_public())


def test_what_was_not_confirmed_is_taken_away():
    world = make_world()
    waits = stations.renew(world.viewer, REASON, world.station, make_terms())
    stations.reject(world.second, REASON, world.station, waits.pk)
    with refused("What you saw does not wait any more: look again."):
        stations.confirm(world.second, REASON, world.station, waits.pk)
    assert world.station.terms == ViewingStation.everywhere.get(pk=world.station.pk).terms


@pytest.mark.parametrize("text", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQQQ", "age1" + "q" * 58])
def test_only_an_age_recipient_with_a_right_checksum_is_taken(text):
    assert not is_recipient(text)
    desk = make_organisation("hotline")
    with pytest.raises(Refusal):
        stations.register(viewer_for(make_person("analyst", desk)), REASON, "Room", "Desk", make_terms(recipient=text))


@given(at=st.integers(4, 61), letter=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l"))
def test_one_mistyped_letter_is_noticed(at, letter):
    right = str(x25519.Identity.generate().to_public())
    wrong = right[:at] + letter + right[at + 1 :]
    assert is_recipient(wrong) == (wrong == right)


def test_what_is_encrypted_for_one_station_opens_for_it_alone():
    import pyrage

    ours, other = x25519.Identity.generate(), x25519.Identity.generate()
    found = encrypted(b"https://host.example/a", str(ours.to_public()))
    assert b"host.example" not in found
    assert pyrage.decrypt(found, [ours]) == b"https://host.example/a"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(found, [other])


def test_the_key_of_a_station_answers_and_does_nothing_else():
    world = make_world()
    _made, text = stations.make_key(world.viewer, REASON, world.station)
    viewer = key_viewer(f"Bearer {text}")
    assert viewer.permissions == {Permission.STATION_ANSWER}
    with viewing(world.desk.id):
        assert queries.of_key(viewer) == world.station
    _made, second = stations.make_key(world.viewer, REASON, world.station)
    assert key_viewer(f"Bearer {text}") is None
    assert key_viewer(f"Bearer {second}") is not None


def test_a_key_ends_with_the_licence():
    world = make_world(valid_until=timezone.localdate() + timedelta(days=2))
    made, _text = stations.make_key(world.viewer, REASON, world.station)
    assert timezone.localdate(made.key.expires_at) == world.station.terms.valid_until + timedelta(days=1)


def test_a_revoked_station_answers_nothing_from_that_moment():
    world = make_world()
    _made, text = stations.make_key(world.viewer, REASON, world.station)
    stations.revoke(world.second, REASON, world.station)
    assert key_viewer(f"Bearer {text}") is None
    with refused("This station was revoked."):
        stations.make_key(world.viewer, REASON, world.station)


def test_no_administrator_has_power_over_stations():
    held = {role for role in Role if Permission.STATION_KEEP in ROLES[role].permissions}
    assert Role.ADMINISTRATOR not in held
    assert held
    assert Permission.STATION_KEEP not in permissions_of(frozenset({Role.ADMINISTRATOR}), in_admin_session=True)
    assert Permission.STATION_KEEP in CASEWORK - IN_ADMIN_SESSION


def test_the_scope_to_answer_is_offered_on_no_page_of_keys(client):
    analyst = make_person("analyst", make_organisation("hotline"))
    sign_in(client, analyst)
    shown = client.get(reverse("organisations:new-key")).content.decode()
    assert "report.export" in shown
    assert [scope for scope in BOUND_SCOPES if scope.value in shown] == []


def test_another_organisation_knows_nothing_of_a_station(client):
    world = make_world()
    sign_in(client, make_person("analyst", make_organisation("hotline")))
    assert client.get(reverse("reports:station", args=[world.station.pk])).status_code == 404
    assert world.station.name not in client.get(reverse("reports:stations")).content.decode()


def test_what_one_looked_at_on_a_station_counts_in_ones_own_exposure_once():
    world = make_world()
    report = world.report()
    package = world.package(report)
    world.answer(package, answer(report, severity=2), door=Door.API)
    assert not Exposure.everywhere.filter(person=world.bo).exists()
    with viewing(world.desk.id):
        assert stations.call_me(world.second, world.station, "A7") == 1
        assert stations.call_me(world.second, world.station, "A7") == 0
    world.answer(package, answer(report, severity=2, value="a"), door=Door.API)
    rows = list(Exposure.everywhere.filter(person=world.bo).values_list("extent", "files", "severity"))
    assert rows == [("whole", 1, 2)] * 2
    entry = Entry.objects.filter(act="reports.station.named").latest("id")
    assert entry.person is None, "the ledger says of nobody how a station calls them"


def test_two_people_are_not_called_the_same(client):
    world = make_world()
    with viewing(world.desk.id):
        stations.call_me(world.viewer, world.station, "A7")
        with refused("Somebody else is called so at this station."):
            stations.call_me(world.second, world.station, "A7")


def test_the_pages_register_and_confirm(client):
    desk = make_organisation("hotline")
    ada, bo = (make_person("analyst", desk) for _ in range(2))
    sign_in(client, ada)
    recipient = str(x25519.Identity.generate().to_public())
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    form = {
        "name": "Room 4",
        "operator": "The desk",
        "authority": "Prosecutor",
        "number": "7",
        "valid_until": until,
        "place": "Cellar",
        "recipient": recipient,
        "why": "assessment",
        "words": "",
    }
    last = "q" if recipient[-1] != "q" else "p"
    wrong = client.post(reverse("reports:new-station"), {**form, "recipient": recipient[:-1] + last})
    assert wrong.status_code == 422
    made = client.post(reverse("reports:new-station"), form)
    page = made["Location"]
    assert "You asked for it yourself" in client.get(page).content.decode()
    sign_in(client, bo)
    shown = client.get(f"{page}confirm/").content.decode()
    assert recipient in shown
    version = StationTerms.everywhere.get().pk
    client.post(f"{page}confirm/", {"why": "assessment", "words": "", "version": version})
    assert ViewingStation.everywhere.get().standing is Standing.VALID
    answer = client.post(f"{page}key/", {"why": "assessment", "words": ""})
    assert "vaern_" in answer.content.decode()
    assert "vaern_" not in client.get(page).content.decode()
