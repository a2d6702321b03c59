"""The search on every page: within the scope, by every spelling, recorded once, and never more than its permission."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.route_arguments import make_side
from tests.node.victims.factories import add_file, make_series

from vaern.node.base.scope import viewing
from vaern.node.cases.models import AssistanceRequest, Case, Evidence, IncomingRequest
from vaern.node.casework.drafts.rules import kept
from vaern.node.casework.models import Release
from vaern.node.ledger.models import Entry, Note
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission, Role, permissions_of
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.base.addresses import host_key, url_key
from vaern.node.reports.base.codes import fresh_code
from vaern.node.reports.models import DomainBlock, Host, Item, NearSignal, Report
from vaern.node.scans.models import Finding, Scan
from vaern.node.victims.models import Member, Series, WatchedHash, Wish
from vaern.node.web.search import acts, queries
from vaern.node.web.search.finders import MOST, finders
from vaern.node.web.search.looks import recognised
from vaern.proofs.tags import read

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db

OF_EVERYBODY = {"organisation", "indicator", "commitment", "ministerial_meeting", "law", "help", "hash_check"}
"""Kinds that everybody with the permission sees alike."""

CODED: dict[str, Any] = {
    "report": Report,
    "case": Case,
    "series": Series,
    "wish": Wish,
    "assistance_request": AssistanceRequest,
    "incoming_request": IncomingRequest,
}
EVERYTHING = frozenset(Permission)
PDQ = bytes(range(32))


@pytest.fixture
def hub() -> Organisation:
    return make_organisation(OrganisationKind.HUB)


def furnished(organisation: Organisation, hub: Organisation) -> None:
    """Give an organisation a record of each kind, with hashes, a host and a journal number."""
    make_side(organisation, hub)
    n = Item.everywhere.count()
    for item in Item.everywhere.filter(organisation=organisation):
        address = f"https://place{n}-{item.pk}.example/a"
        item.url_key, item.host_key = url_key(address), host_key(f"place{n}-{item.pk}.example")
        item.md5, item.sha1, item.sha256 = (bytes([item.pk % 251 + 1]) * size for size in (16, 20, 32))
        item.save()
        NearSignal.everywhere.create(
            item=item, organisation=organisation, kind="pdq", value=PDQ[item.pk % 8 :] + PDQ[: item.pk % 8]
        )
    for place, case in enumerate(Case.everywhere.filter(organisation=organisation).order_by("pk")):
        case.reference = f"J-0{organisation.pk.hex[:6]}-{place}"
        case.save()
    add_file(make_series(organisation), n + 1_000)
    for row in (
        *Series.everywhere.filter(organisation=organisation),
        *Wish.everywhere.filter(organisation=organisation),
    ):
        row.code = fresh_code()
        row.save()
    for finding in Finding.everywhere.filter(scan__organisation=organisation, verdict__in=["known", "near", "new"]):
        finding.md5, finding.sha1, finding.sha256 = (bytes([finding.pk % 251 + 3]) * size for size in (16, 20, 32))
        finding.save()


def texts_of(organisation: Organisation) -> list[tuple[str, str]]:
    """What is looked for, with the kind that it has to find: of every row of the organisation, every way."""
    found: list[tuple[str, str]] = []
    for kind, model in CODED.items():
        for row in model.everywhere.filter(organisation=organisation):
            found += [(kind, row.code), (kind, f"{row.code[:4]}-{row.code[4:]}".lower()), (kind, row.code[:6])]
    found += [("scan", row.reference) for row in Scan.everywhere.filter(organisation=organisation)]
    found += [("case", row.reference) for row in Case.everywhere.filter(organisation=organisation)]
    found += [
        (kind, bytes(getattr(row, name)).hex())
        for kind, rows in (
            ("report", Item.everywhere.filter(organisation=organisation)),
            ("scan", Finding.everywhere.filter(scan__organisation=organisation)),
            ("series", Member.everywhere.filter(organisation=organisation)),
            ("evidence", Evidence.everywhere.filter(organisation=organisation)),
        )
        for row in rows
        for name in ("md5", "sha1", "sha256")
        if getattr(row, name, None)
    ]
    found += [("report", bytes(row.value).hex()) for row in NearSignal.everywhere.filter(organisation=organisation)]
    found += [("wish", bytes(row.value).hex()) for row in WatchedHash.everywhere.filter(organisation=organisation)]
    found += [("evidence", f"{row.case.code} {row}") for row in Evidence.everywhere.filter(organisation=organisation)]
    found += [("host", row.name) for row in Host.everywhere.filter(organisation=organisation)]
    found += [("person", row.email) for row in Person.everybody.filter(organisation=organisation)]
    return found


def searcher(organisation: Organisation, permissions: frozenset[Permission] = EVERYTHING) -> Viewer:
    here = [role for role, rule in ROLES.items() if OrganisationKind(organisation.kind) in rule.kinds]
    role = Role.INVESTIGATOR if Role.INVESTIGATOR in here else here[0]
    return Viewer(organisation, permissions, person=make_person(role, organisation))


def search(viewer: Viewer, text: str) -> queries.Found:
    with viewing(viewer.organisation.id):
        return queries.search(viewer, text)


def kinds(found: queries.Found) -> set[str]:
    return {group.finder.kind for group in found.groups}


def shape(viewer: Viewer, text: str) -> list[str]:
    """The statements of a search, without what is asked for in them."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        search(viewer, text)
    given = r"""'[^']*'(::\w+)?|"s\d+_x\d+"|\b\d+\b"""
    return [re.sub(given, "?", query["sql"]) for query in captured.captured_queries]


def test_each_kind_has_one_finder_and_a_permission_of_its_pages() -> None:
    assert len(finders()) == len({one.kind for one in finders()}) >= 20
    assert {one.kind for one in finders() if not one.permission} == {"help"}


@pytest.mark.once
def test_every_row_is_found_by_its_own_and_by_nobody_else(hub: Organisation) -> None:
    own, foreign = make_organisation(OrganisationKind.POLICE), make_organisation(OrganisationKind.POLICE)
    furnished(own, hub)
    mine, stranger = searcher(own), searcher(foreign)
    texts = texts_of(own)
    assert {kind for kind, _text in texts} >= {*CODED, "scan", "evidence", "host", "person"}
    for kind, text in texts:
        found = search(mine, text)
        assert kind in kinds(found), (kind, text)
        assert all(len(group.hits) <= MOST for group in found.groups)
        assert kinds(search(stranger, text)) <= OF_EVERYBODY, (kind, text)


def look_of(text: str) -> tuple[Any, ...]:
    """What decides who is asked for a text."""
    found = recognised(text)
    return (
        found.looks,
        bool(found.whole_code),
        bool(found.code),
        bool(found.piece),
        set(found.digests),
        bool(found.address),
    )


def of_the_same_look(text: str) -> str:
    """Return a text that is nowhere, and could be whatever this one could be: for another, other kinds are asked."""
    for place in reversed(range(len(text))):
        for sign in "23456789ABCDEFGHJKMNPQRSTVWXYZabcdef":
            other = text[:place] + sign + text[place + 1 :]
            if other != text and look_of(other) == look_of(text):
                return other
    raise AssertionError(f"nothing looks like {text}")


@pytest.mark.once
def test_what_may_not_be_seen_is_asked_for_as_what_is_not_there(hub: Organisation) -> None:
    foreign = make_organisation(OrganisationKind.POLICE)
    furnished(foreign, hub)
    viewer = searcher(make_organisation(OrganisationKind.POLICE))
    code = Report.everywhere.filter(organisation=foreign).values_list("code", flat=True)[0]
    digest = bytes(Item.everywhere.filter(organisation=foreign, sha256__isnull=False)[0].sha256).hex()
    journal = Case.everywhere.filter(organisation=foreign)[0].reference
    shape(viewer, code)  # what is kept in this process is read once
    for there in (code, digest, journal):
        nowhere = of_the_same_look(there)
        assert shape(viewer, there) == shape(viewer, nowhere), there
        assert search(viewer, there).kinds == search(viewer, nowhere).kinds


def test_what_was_released_is_found_until_it_is_recalled(hub: Organisation) -> None:
    own = make_organisation(OrganisationKind.POLICE)
    furnished(own, hub)
    viewer = searcher(hub)
    finding = Finding.everywhere.filter(scan__organisation=own, sha256__isnull=False)[0]
    scan, digest = finding.scan, bytes(finding.sha256).hex()
    for text in (scan.reference, digest):
        assert "scan" in kinds(search(viewer, text))
    Release.everywhere.filter(record=scan.pk).update(recalled_at="2031-01-01T00:00:00Z")
    for text in (scan.reference, digest):
        assert "scan" not in kinds(search(viewer, text))


@pytest.mark.once
@pytest.mark.parametrize("role", list(Role))
def test_a_role_finds_only_what_its_pages_show(role: Role, hub: Organisation) -> None:
    own = make_organisation(min(ROLES[role].kinds))
    furnished(own, hub)
    permissions = permissions_of(frozenset({role}))
    viewer = searcher(own, permissions)
    asks = {one.kind: one.permission for one in finders()}
    for _kind, text in texts_of(own):
        assert all(not asks[kind] or asks[kind] in permissions for kind in kinds(search(viewer, text)))


def test_addresses_and_identifiers_are_found_by_those_who_assess_alone(hub: Organisation) -> None:
    own = make_organisation(OrganisationKind.POLICE)
    furnished(own, hub)
    item = Item.everywhere.filter(organisation=own, host_key__isnull=False)[0]
    item.url_key, item.host_key = url_key("https://bad.example/a?b=1"), host_key("bad.example")
    item.save()
    assessor = searcher(own)
    for text in (
        "bad.example",
        "BAD[.]example",
        "hxxps://bad[.]example/a?b=1",
        "http://bad.example/a?b=1#c",
        "bad.example.",
    ):
        assert "report" in kinds(search(assessor, text)), text
    reader = searcher(own, EVERYTHING - {Permission.REPORT_ASSESS})
    assert kinds(search(reader, "bad.example")) <= {"host", "domain", *OF_EVERYBODY}


def test_a_case_is_found_by_the_identifiers_of_its_persons(hub: Organisation) -> None:
    from tests.node.cases.factories import furnish, make_case

    viewer = searcher(make_organisation(OrganisationKind.POLICE))
    with viewing(viewer.organisation.id):
        case = make_case(viewer)
        furnish(viewer, case, "Somebody@Mail.example")
    hits = [hit for group in search(viewer, "somebody@mail.example").groups for hit in group.hits]
    assert case.code in {hit.title for hit in hits}
    reader = searcher(
        viewer.organisation, EVERYTHING - {Permission.CASE_WORK, Permission.SERIES_WORK, Permission.ASSISTANCE_WORK}
    )
    assert "case" not in kinds(search(reader, "somebody@mail.example"))


def test_a_domain_is_found_by_both_sides_of_its_block(hub: Organisation) -> None:
    own = make_organisation(OrganisationKind.POLICE)
    furnished(own, hub)
    block = DomainBlock.everywhere.filter(organisation=own)[0]
    block.domain_key = host_key("given-over.example")
    block.save()
    assert "domain" in kinds(search(searcher(own), "given-over[.]example"))
    assert "domain" not in kinds(search(searcher(hub), "given-over[.]example"))


def test_one_entry_says_how_many_and_of_which_kinds_and_never_what_was_looked_for(hub: Organisation) -> None:
    own = make_organisation(OrganisationKind.POLICE)
    furnished(own, hub)
    viewer = searcher(own)
    code = Report.everywhere.filter(organisation=own)[0].code
    before = Entry.objects.count()
    found = search(viewer, code)
    (entry,) = Entry.objects.order_by("id")[before:]
    assert entry.act == acts.SEARCHED.code
    assert entry.count == found.total > 0
    assert {kind: int(n) for kind, n in read(entry.tags).items()} == found.kinds
    assert not Note.objects.filter(entry=entry.pk).exists()
    assert code not in str(entry.__dict__)
    search(viewer, "zzzz zzzz zzzz")
    assert Entry.objects.count() == before + 2
    search(viewer, " \0 ")
    assert Entry.objects.count() == before + 2, "nothing was looked for"


@pytest.mark.once
def test_each_hit_leads_to_a_page_that_opens(client: Client, hub: Organisation) -> None:
    own = make_organisation(OrganisationKind.POLICE)
    furnished(own, hub)
    person = make_person(Role.INVESTIGATOR, own)
    person.roles = [Role.INVESTIGATOR.value, Role.IDENTIFIER.value]
    person.save()
    sign_in(client, person)
    opened = set()
    for _kind, text in texts_of(own):
        for address in re.findall(r'href="([^"]+)" data-hit', client.post("/find/", {"q": text}).content.decode()):
            if address not in opened:
                assert client.get(address.replace("&amp;", "&").partition("#")[0]).status_code == 200, address
                opened.add(address)
    assert len(opened) > 12


def test_the_palette_gets_the_results_alone_and_the_page_works_without_it(client: Client) -> None:
    sign_in(client, make_person("analyst"))
    page = client.post("/find/", {"q": "qzxvkwyj"}).content.decode()
    part = client.post("/find/", {"q": "qzxvkwyj"}, headers={"Vaern-Palette": "1"}).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert "find-none" in page
    assert "find-none" in part
    assert client.get("/find/").status_code == 200
    assert 'id="palette"' in page
    assert client.put("/find/").status_code == 405


def test_what_is_looked_for_is_taken_from_no_address_and_put_into_none(client: Client) -> None:
    sign_in(client, make_person("analyst"))
    before = Entry.objects.filter(act=acts.SEARCHED.code).count()
    asked = client.get("/find/", {"q": "qzxvkwyj"}).content.decode()
    assert "find-none" not in asked
    assert 'value="qzxvkwyj"' not in asked
    assert Entry.objects.filter(act=acts.SEARCHED.code).count() == before
    for page in (client.post("/find/", {"q": "qzxvkwyj"}).content.decode(), client.get("/").content.decode()):
        forms = re.findall(r"<form[^>]*role=.search.[^>]*>", page)
        assert forms
        assert all('method="post"' in form for form in forms)
        assert not re.search(r'(?:href|action)="[^"]*qzxvkwyj', page)
        assert all("data-unkept" in field for field in re.findall(r'<input[^>]*name="q"[^>]*>', page)), "nor as a draft"
    assert kept([("q", ["qzxvkwyj"])]) == {}
