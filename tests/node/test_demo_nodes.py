"""The story of three nodes: who plays in it, its page, and the links that lead from it into each node."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from tests.node.factories import make_person, make_totp
from tests.node.reports.law.test_data import configured

from vaern.node.demo.nodes import story
from vaern.node.demo.nodes.parts import PARTS, part_called, stands
from vaern.node.demo.nodes.scenes import SCENES
from vaern.node.demo.sign_in import link_of, link_to
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from pathlib import Path

NODES = [story.Node(part.code, part.title, f"http://{part.code}.localhost:1") for part in PARTS]


def told_of(folder: Path, count: int, **fields: str) -> None:
    """Let so many scenes be over."""
    played = [
        story.Played(one.code, 1.5, [f"http://{seen.part}.localhost:1/x/" for seen in one.seen])
        for one in SCENES[:count]
    ]
    story.tell([folder], story.Story(NODES, played, **fields))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a node of its own."""
    monkeypatch.setattr(settings, "CONFIGURATION", dataclasses.replace(settings.CONFIGURATION, home=tmp_path))
    return tmp_path


def test_each_organisation_lives_on_one_node_and_whoever_sees_a_scene_lives_where_it_is_seen() -> None:
    hosts = [body.host for part in PARTS for body in part.bodies]
    assert len(set(hosts)) == len(hosts)
    for part in PARTS:
        assert {body.host for body in part.bodies} == {part.founder, *part.hosts}
    for scene in SCENES:
        assert scene.part in {part.code for part in PARTS}
        assert scene.seen, scene.code
        for seen in scene.seen:
            first, host = seen.who
            (body,) = (body for body in part_called(seen.part).bodies if body.host == host)
            assert first in {name.split(maxsplit=1)[0] for name, _roles in body.people}
    assert len({scene.code for scene in SCENES}) == len(SCENES)


def test_the_nodes_share_neither_folder_nor_port_nor_host(tmp_path: Path) -> None:
    """A browser tells cookies apart by the host, and not by the port."""
    found = stands(tmp_path, 9000)
    for values in ([one.home for one in found], [one.port for one in found], [one.part.code for one in found]):
        assert len(set(values)) == len(found)
    assert all(one.environment["DATABASE_URL"] == "" for one in found)


def test_a_wish_is_heard_once(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    assert not story.wished(folders)
    story.wish(folders[1])
    story.wish(folders[1])
    assert story.wished(folders)
    assert not story.wished(folders)


@pytest.mark.django_db
def test_a_node_that_plays_in_no_story_has_no_page_of_one(client: Client, home: Path) -> None:
    assert client.get(reverse("demo:story")).status_code == 404
    assert client.post(reverse("demo:story-next")).status_code == 404
    assert list(home.iterdir()) == []


@pytest.mark.django_db
def test_the_page_leads_to_what_is_there_and_asks_for_the_next_scene(client: Client, home: Path) -> None:
    told_of(home, 2)
    response = client.get(reverse("demo:story"))
    page = response.content.decode()
    assert response.headers["Refresh"]
    assert page.count('/x/"') == sum(len(one.seen) for one in SCENES[:2])
    assert page.count(reverse("demo:story-next")) == 1
    assert client.post(reverse("demo:story-next")).status_code == 302
    assert story.wished([home])
    told_of(home, 2, playing=SCENES[2].code)
    assert reverse("demo:story-next") not in client.get(reverse("demo:story")).content.decode()


@pytest.mark.django_db
def test_a_story_that_is_over_or_cannot_go_on_says_so_and_rests(client: Client, home: Path) -> None:
    told_of(home, len(SCENES))
    over = client.get(reverse("demo:story"))
    assert "Refresh" not in over.headers
    assert reverse("demo:story-next") not in over.content.decode()
    told_of(home, 1, playing=SCENES[1].code, problem="its <process> ended")
    broken = client.get(reverse("demo:story"))
    assert "Refresh" not in broken.headers
    assert "its &lt;process&gt; ended" in broken.content.decode()


@pytest.mark.django_db
def test_a_link_of_the_story_signs_in_and_opens_its_page(client: Client) -> None:
    person = make_person(Role.ANALYST)
    make_totp(person)
    link = link_to(person, reverse("reports:worklist"), None)
    response = client.get(link.removeprefix(settings.CONFIGURATION.address))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("reports:worklist"))
    assert client.get(response.headers["Location"]).status_code == 200
    for forged in ("x", link_of(person).rstrip("/").rpartition("/")[2]):
        assert Client().get(reverse("demo:enter", args=[forged])).status_code == 404


@pytest.mark.django_db
def test_a_link_of_the_story_is_none_in_a_node_that_is_not_synthetic(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_to(make_person(Role.ANALYST), "/", None)
    configured(monkeypatch, synthetic=False)
    assert client.get(link.removeprefix(settings.CONFIGURATION.address)).status_code == 404
