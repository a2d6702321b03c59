"""Our table against NCMEC's XSD, and our reader against other people's documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.formats.arriving import ARRIVALS, NOW, mutated

from vaern.formats.cybertipline import read
from vaern.formats.cybertipline_check import faults_of, schema_at
from vaern.formats.cybertipline_shape import SHAPES
from vaern.formats.cybertipline_write import Reporter, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.arrivals import Arrival

pytestmark = pytest.mark.once

MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folder(vectors: Path) -> Path:
    return vectors / "ncmec-cybertipline"


@pytest.fixture(scope="module")
def schema(folder: Path) -> etree.XMLSchema:
    return schema_at(folder / "cyber_tipline.xsd")


def agree(root: etree._Element, schema: etree.XMLSchema) -> None:
    root = etree.fromstring(etree.tostring(root))
    ours = list(faults_of(root, etree.QName(root).localname, etree.QName(root).localname))
    theirs = schema.validate(root)
    assert (not ours) == theirs, (etree.tostring(root).decode(), ours, schema.error_log)


@MANY
@given(root=mutated("report"))
def test_our_table_and_the_xsd_agree_on_reports(root: etree._Element, schema: etree.XMLSchema) -> None:
    agree(root, schema)


@MANY
@given(root=mutated("fileDetails"))
def test_our_table_and_the_xsd_agree_on_files(root: etree._Element, schema: etree.XMLSchema) -> None:
    agree(root, schema)


@pytest.mark.deep
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(root=mutated("report") | mutated("fileDetails"))
def test_our_table_and_the_xsd_agree_for_long(root: etree._Element, schema: etree.XMLSchema) -> None:
    agree(root, schema)


def documents(folder: Path) -> Iterator[Path]:
    yield from sorted((folder / "from-LumeWeb-ncmec").glob("*.xml"))


def test_every_document_of_others_is_judged_as_the_xsd_judges_it(folder: Path, schema: etree.XMLSchema) -> None:
    judged = 0
    for path in documents(folder):
        reads = read(path.read_bytes(), now=NOW, xsd=folder / "cyber_tipline.xsd")
        try:
            root = etree.parse(str(path), etree.XMLParser(remove_comments=True)).getroot()
        except etree.XMLSyntaxError:
            assert [one.arrival for one in reads] == [None]
            continue
        if root.tag in SHAPES:
            agree(root, schema)
            assert bool(reads[0].faults) != schema.validate(root), path
            judged += 1
        else:  # an answer of the server is no report
            assert [one.arrival for one in reads] == [None]
    assert judged == 6


def test_the_xsd_s_faults_stand_beside_ours(folder: Path) -> None:
    data = (folder / "from-LumeWeb-ncmec" / "filedetails_invalid_missing_fileId.xml").read_bytes()
    said = [fault.said for fault in read(data, now=NOW, xsd=folder / "cyber_tipline.xsd")[0].faults]
    assert "is missing" in said
    assert any("XSD" in one for one in said)


@MANY
@given(arrival=ARRIVALS)
def test_what_we_write_is_valid_by_the_xsd(arrival: Arrival, schema: etree.XMLSchema) -> None:
    written = write(arrival, {}, Reporter("desk@hotline.example"), now=NOW)
    for document in (written.report, *written.files):
        root = etree.fromstring(document)
        assert schema.validate(root), schema.error_log
