"""Look-ups: off unless named, given the host alone, and believed in nothing that is not well-formed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as configured
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.reports.takedown.worlds import make_world

from vaern.node.casework.reasons import IN_SESSION
from vaern.node.reports.takedown import tracers
from vaern.node.reports.takedown.tracers import Traced, TraceFailed, checked

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

PLUGIN = """
from vaern.node.reports.takedown.tracers import Traced
asked = []
def look_up(host):
    asked.append(host)
    return Traced("192.0.2.77", "AS64500", "AA", "Host (synthetic)", "abuse@host.example", "whois said so")
def broken(host):
    raise RuntimeError(host)
def odd(host):
    return {"ip": "192.0.2.1"}
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch):
    """Install a plug-in as packages are installed, and choose one of its look-ups."""
    (tmp_path / "tagged_lookup.py").write_text(PLUGIN)
    info = tmp_path / "tagged_lookup-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tagged-lookup\nVersion: 1.0\n")
    names = "\n".join(f"{name} = tagged_lookup:{name}" for name in ("look_up", "broken", "odd"))
    (info / "entry_points.txt").write_text(f"[{tracers.GROUP}]\n{names}\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def choose(name: str) -> None:
        monkeypatch.setattr(configured, "CONFIGURATION", replace(configured.CONFIGURATION, tracer=name))

    return choose


def test_none_is_used_unless_one_is_named(plugin) -> None:
    assert configured.CONFIGURATION.tracer == ""
    assert tracers.tracer() is None
    with pytest.raises(TraceFailed):
        tracers.trace("host.example")


def test_the_named_one_is_asked_about_the_host(plugin) -> None:
    plugin("look_up")
    assert tracers.trace("host.example").ip == "192.0.2.77"


@pytest.mark.parametrize("name", ["broken", "odd", "missing"])
def test_one_that_fails_is_said_to_have_failed(plugin, name: str) -> None:
    plugin(name)
    with pytest.raises(TraceFailed) as failed:
        tracers.trace("tagged.example")
    assert "tagged" not in str(failed.value)


@given(st.builds(Traced, *[st.text(max_size=500)] * 6))
def test_what_it_says_fits_or_is_refused(traced: Traced) -> None:
    try:
        found = checked(traced)
    except TraceFailed:
        return
    assert len(found.network) <= 40
    assert len(found.host) <= 200
    assert len(found.abuse) <= 254
    assert "\0" not in found.evidence + found.host + found.abuse + found.network


@pytest.mark.once
@pytest.mark.django_db
def test_a_person_reads_what_it_found_before_it_counts(client: Client, plugin) -> None:
    world = make_world()
    sign_in(client, world.person)
    session = client.session
    session[IN_SESSION] = {f"report:{world.report.pk}": ["removal", ""]}
    session.save()
    address = reverse("reports:trace", args=[world.report.pk, world.location.pk])
    page = client.get(address).content.decode()
    assert "Ask the look-up" not in page
    assert f'href="{reverse("reports:new-host")}"' in page, "a host that is missing can be added"
    plugin("look_up")
    assert b"Ask the look-up" in client.get(address).content
    answer = client.post(address, {"look-up": "1"})
    assert answer.status_code == 200
    assert b"192.0.2.77" in answer.content
    assert world.now().state == "untraced"
    import tagged_lookup

    assert tagged_lookup.asked[-1] == "photos.tagged-host.example"
