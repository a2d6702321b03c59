"""XARF against its own schemas and samples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from tests.formats.arriving import NOW, SIGNALS
from tests.formats.test_xarf import subjects

from vaern.formats.xarf import CLASSES, DETECTIONS, OFFENCES, SCHEME, read
from vaern.formats.xarf_write import Subject, csam, csem, encoded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.once

MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def validator(vectors: Path) -> Draft202012Validator:
    schemas = [json.loads(path.read_text()) for path in (vectors / "xarf/v4/schemas").rglob("*.json")]
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas
    )
    (master,) = (schema for schema in schemas if schema["$id"].endswith("xarf-v4-master.json"))
    return Draft202012Validator(master, registry=registry, format_checker=FormatChecker())


@MANY
@given(
    subject=subjects, value=st.sampled_from(CLASSES), how=st.sampled_from(DETECTIONS["csam"]), signals=st.lists(SIGNALS)
)
def test_material_is_valid(
    subject: Subject, value: str, how: str, signals: list[Any], validator: Draft202012Validator
) -> None:
    document = csam(subject, scheme=SCHEME, classification=value, detection_method=how, signals=signals)
    validator.validate(json.loads(encoded(document)))


@MANY
@given(subject=subjects, kind=st.sampled_from(sorted(OFFENCES)), how=st.sampled_from(DETECTIONS["csem"]))
def test_exploitation_is_valid(subject: Subject, kind: str, how: str, validator: Draft202012Validator) -> None:
    document = csem(subject, exploitation_type=kind, detection_method=how, account="u", addresses=["192.0.2.1"])
    validator.validate(json.loads(encoded(document)))


def test_the_validator_can_refuse(validator: Draft202012Validator) -> None:
    assert not validator.is_valid({"xarf_version": "4.2.0"})


def test_all_samples_of_version_4_are_read(vectors: Path, validator: Draft202012Validator) -> None:
    offences = {}
    samples = sorted((vectors / "xarf/v4/samples").glob("*.json"))
    for path in samples:
        found = read(path.read_bytes(), now=NOW)
        assert found.arrival is not None, path
        assert found.arrival.reference == json.loads(path.read_text())["report_id"]
        offences[path.stem] = found.arrival.offence
        others = {fault.path for fault in found.faults} - {"type"}
        assert all("payload" in one or one.startswith(("hash_values", "file_hash")) for one in others), others
    assert len(samples) == 32
    assert {name for name, offence in offences.items() if offence != "unclear"} == {"content-csam", "content-csem"}


def test_the_samples_of_version_3_are_read(vectors: Path) -> None:
    samples = [*(vectors / "xarf/v3-legacy/samples").glob("*"), *(vectors / "xarf/abusix-v3/samples").rglob("*.json")]
    assert len(samples) == 5
    found = {path.stem: read(path.read_bytes(), now=NOW) for path in samples}
    assert all(one.arrival for one in found.values())
    child = found["childabuse_sample"]
    assert child.arrival is not None
    assert not child.faults
    assert (child.arrival.offence, child.arrival.locations[0].ip) == ("material", "192.0.2.55")
