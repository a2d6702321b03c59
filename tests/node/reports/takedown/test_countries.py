"""People read and choose countries by name; a host outside the alliance is chosen by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.factories import make_member, sign_in
from tests.node.reports.takedown.worlds import make_world, scope

from vaern.node.casework.reasons import IN_SESSION
from vaern.node.reports.models import Host

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.once
def test_a_country_is_read_and_chosen_by_its_name(client: Client) -> None:
    world = make_world()
    make_member("XB", name="Sudhavia", name_da="Sydhavien")
    Host.everywhere.filter(pk=world.hosts["host"].pk).update(country="XB")
    with scope(world):
        world.trace()
    world.now().__class__.everywhere.filter(pk=world.location.pk).update(country="XB")
    sign_in(client, world.person)
    session = client.session
    session[IN_SESSION] = {f"report:{world.report.pk}": ["removal", ""]}
    session.save()
    at = [world.report.pk, world.location.pk]
    for page in (reverse("reports:location", args=at), reverse("reports:hosts")):
        assert "Sudhavia" in client.get(page).content.decode(), page
    host = reverse("reports:host", args=[world.hosts["host"].pk])
    for page in (reverse("reports:trace", args=at), host):
        assert '<option value="XB"' in client.get(page).content.decode(), page
    assert '<option value="XB" selected>Sudhavia</option>' in client.get(host).content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("country", "status"),
    [("NL", 302), ("XB", 302), ("", 302), ("nl", 422), ("Q9", 422), ("AP", 422), ("EU", 422)],
)
def test_a_host_may_be_anywhere_but_nowhere_else(client: Client, country: str, status: int) -> None:
    world = make_world()
    make_member("XB", name="Sudhavia", name_da="Sydhavien")
    sign_in(client, world.person)
    given = {"kind": "host", "name": "Another (synthetic)", "language": "en", "country": country}
    assert client.post(reverse("reports:new-host"), given).status_code == status


def test_a_code_that_names_no_country_stays_where_a_record_holds_it(client: Client) -> None:
    world = make_world()
    Host.everywhere.filter(pk=world.hosts["host"].pk).update(country="AP")
    sign_in(client, world.person)
    page = client.get(reverse("reports:host", args=[world.hosts["host"].pk])).content.decode()
    assert '<option value="AP" selected>AP</option>' in page
    assert '<option value="NL">Netherlands</option>' in page
