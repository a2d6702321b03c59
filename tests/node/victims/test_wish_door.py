"""The survivor's page as a door: which scripts it runs, where they may send, and what it takes whoever sends."""

from __future__ import annotations

import re
from hashlib import md5
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation

from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.models import Desk
from vaern.node.victims.models import WatchedHash, Wish
from vaern.node.victims.rules.wishes import SIZES
from vaern.node.web.places import PLACES

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("static_files")]

SCRIPT = re.compile(r"[\"' ](/static/[^\"' ]+\.js)")


@pytest.fixture
def door() -> str:
    """The address of the form of a desk."""
    Desk.everywhere.create(organisation=make_organisation(OrganisationKind.HOTLINE), public_name="line")
    return reverse("victims:wish-form", args=["line"])


def policy_of(answer: Any) -> dict[str, list[str]]:
    """Return a content security policy by directive."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


def test_the_page_runs_our_scripts_alone_and_they_can_send_nothing(door: str, client: Client) -> None:
    answer = client.get(door)
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["connect-src"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert not policy.keys() & {"worker-src", "child-src", "script-src-elem", "frame-src"}
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|javascript:", answer.content.decode())


def test_each_script_is_named_by_its_content_and_binds_the_worker_that_it_becomes(door: str, client: Client) -> None:
    scripts = set(SCRIPT.findall(client.get(door).content.decode()))
    names = {address.rsplit("/", 1)[1].split(".")[0] for address in scripts}
    assert {"worker", "sha256", "pdq", "picture", "chooser"} <= names
    for address in scripts:
        answer = client.get(address)
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert f".{md5(content, usedforsecurity=False).hexdigest()[:12]}." in address
        assert policy_of(answer) == {"default-src": ["'none'"], "script-src": ["'self'"]}
        assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"


def test_the_field_of_pictures_is_not_of_the_form(door: str, client: Client) -> None:
    page = client.get(door).content.decode()
    picker = re.search(r"<input[^>]*data-pick[^>]*>", page)
    assert picker
    assert " name=" not in picker.group()
    assert picker.start() < page.index('<form method="post" class="report-form"'), "it stands before the form"


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)
digits = st.sampled_from(sorted(SIZES.items())).flatmap(
    lambda kind: st.binary(min_size=kind[1], max_size=kind[1]).map(lambda value: f"{kind[0]} {value.hex()}")
)


@pytest.mark.once
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(words | digits, max_size=6))
def test_whatever_a_changed_script_sends_nothing_but_hashes_is_kept(door: str, client: Client, sent: list[str]) -> None:
    PLACES.forget()
    Wish.everywhere.all().delete()
    token = client.get(door).context["token"]
    answer = client.post(door, {"hashes": "\n".join(sent), "told": "never", "homepage": "", "token": token})
    kept = {(one.kind, bytes(one.value)) for one in WatchedHash.everywhere.all()}
    assert all(len(value) == SIZES[kind] for kind, value in kept)
    assert answer.status_code in ({200} if kept else {415, 422})
    if answer.status_code == 200:
        wanted = {(line.split()[0], bytes.fromhex(line.split()[1])) for line in sent if _is_hash(line)}
        assert wanted <= kept


def _is_hash(line: str) -> bool:
    kind, _, value = line.partition(" ")
    return kind in SIZES and re.fullmatch(rf"[0-9a-f]{{{2 * SIZES[kind]}}}", value) is not None
