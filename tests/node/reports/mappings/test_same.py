"""One document and one mapping are one arrival: on the page, by the API, and on the command line."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.formats.mapped_writing import written as document_of
from tests.formats.test_mapped import AT, REPORTS, flat, mappings
from tests.node.factories import make_key, make_organisation, make_person, sign_in
from tests.node.reports.mappings.worlds import make_mapping

from vaern.arrivals import Arrival
from vaern.cli.commands import cli
from vaern.formats.mapping import written
from vaern.formats.trees import Shape
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.intake import mapped
from vaern.node.reports.intake.door import take
from vaern.node.reports.models import Report, SavedMapping
from vaern.node.web.problems import Problem

pytestmark = pytest.mark.django_db


def by_command(folder, mapping, document, number):
    (folder / "mapping.json").write_bytes(written(mapping))
    (folder / "document").write_bytes(document)
    arguments = ["report", "read", "--mapping", str(folder / "mapping.json"), str(folder / "document")]
    answer = CliRunner().invoke(cli, [*arguments, "--number", str(number)])
    assert answer.exit_code == 0, answer.output
    return msgspec.json.decode(answer.stdout_bytes, type=Arrival)


def by_api(mapping, document):
    person = make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE))
    version = make_mapping(person, mapping)
    _, key = make_key(person, Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}
    path = f"/api/reports/documents?mapping={version.mapping_id}"
    answer = Client().generic("POST", path, document, mapped.TYPES[mapping.shape][0], headers=headers)
    assert answer.status_code == 200, answer.content
    return taken(person)


def by_page(mapping, document):
    """The mapping is made on a page too, of the file."""
    desk, client = make_organisation(OrganisationKind.HOTLINE), Client()
    sign_in(client, make_person(Role.ADMINISTRATOR, desk))
    given = {"name": "N", "system": "S (synthetic)", "why": "administration", "do": "save"}
    file = SimpleUploadedFile("mapping.json", written(mapping))
    assert client.post(reverse("reports:new-mapping"), {**given, "file": file}).status_code == 302
    saved = SavedMapping.everywhere.get(organisation=desk)
    person, client = make_person(Role.ANALYST, desk), Client()
    sign_in(client, person)
    documents = [SimpleUploadedFile("document", document)]
    sent = {"mapping": str(saved.pk), "documents": documents, "why": "assessment"}
    answer = client.post(reverse("reports:bring-in"), sent)
    assert answer.status_code == 200, answer.content.decode()
    return taken(person)


def looks_like_media(mapping, document):
    """Whether chance wrote what the door takes for media: it is refused everywhere, which others test."""
    try:
        take(mapped.TYPES[mapping.shape][0], document, kind=mapping.shape)
    except Problem:
        return True
    return False


def taken(person):
    reports = Report.everywhere.filter(organisation=person.organisation)
    found = {report.sender_reference: arrival_of(report) for report in reports}
    assert len(found) == len(reports)
    return found


@pytest.mark.once
@pytest.mark.parametrize("shape", get_args(Shape))
@given(data=st.data(), reports=st.lists(REPORTS, min_size=1, max_size=2, unique_by=lambda one: one.reference))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_page_interface_and_command_make_the_same_of_one_document(tmp_path, shape, data, reports):
    mapping = data.draw(mappings(shape, AT[shape]))
    said = [msgspec.structs.replace(one, narrative=one.narrative or "Words") for one in reports]
    said = [flat(one) for one in said] if shape == "csv" else said
    document = document_of(said, mapping)
    assume(not looks_like_media(mapping, document))
    command = {}
    for number in range(1, len(said) + 1):
        arrival = by_command(tmp_path, mapping, document, number)
        command[arrival.reference] = arrival
    assert len(command) == len(said)
    api = by_api(mapping, document)
    assert api == command
    assert by_page(mapping, document) == command
