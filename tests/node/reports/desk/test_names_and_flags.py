"""Two desks that choose one public name at once; and what is odd about an address, shown beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from django.urls import reverse
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.base.addresses import FLAGS, normalised
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.desk import labels, preferences
from vaern.node.reports.models import Desk

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer

ODD = "http://me@\N{CYRILLIC SMALL LETTER A}pple.example:8080/a#b"


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_that_choose_one_public_name_at_once_one_gets_it_and_the_other_is_told() -> None:
    viewers = [viewer_for(make_person("administrator", make_organisation("hotline"))) for _ in range(2)]
    settings = {name: getattr(desk_of(viewers[0].organisation), name) for name in preferences.SETTINGS}
    together = Barrier(2)

    def choose(viewer: Viewer) -> str:
        together.wait()
        try:
            preferences.change_desk(viewer, Reason(Why.ADMINISTRATION), {**settings, "public_name": "one-name"})
        except Refusal as error:
            return str(error)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(choose, viewers))
    assert said == ["", "Another desk has this name already."]
    assert Desk.everywhere.filter(public_name="one-name").count() == 1
    assert Entry.objects.filter(act="reports.desk.changed").count() == 1


@pytest.mark.django_db
def test_each_flag_of_an_odd_address_has_a_chip_on_the_sheet(client: Client) -> None:
    assert set(labels.ODD_ADDRESSES) == set(FLAGS)
    person = make_person("analyst", make_organisation("hotline"))
    report = make_report(person.organisation, [ODD, "https://plain.example/a"])
    sign_in(client, person)
    here = reverse("reports:report", args=[report.pk])
    given = {"kind": "report", "record": str(report.pk), "next": here, "reason-why": "assessment"}
    page = client.post(reverse("casework:reason"), given, follow=True).content.decode()
    flags = normalised(ODD).flags
    assert {"user_info", "homograph", "port", "fragment"} <= set(flags)
    for flag in FLAGS:
        assert page.count(str(labels.ODD_ADDRESSES[flag][0])) == (flag in flags), flag
