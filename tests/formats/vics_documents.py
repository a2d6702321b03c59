"""VICS documents: strategies, and what two that say the same have in common."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st
from tests.formats.entries import moments, odd
from tests.formats.values import LENGTHS, digest, seeds, texts, value_of

words = st.one_of(texts, odd.map(lambda text: text.replace("\0", " ").strip()).filter(bool))
names = st.from_regex(r"[A-Z][a-z]{3,9}[A-Z][a-z]{2,5}x", fullmatch=True)
"""Keys that no model has."""

files = st.fixed_dictionaries(
    {"MD5": seeds.map(digest), "MediaFileID": st.integers(1, 9)},
    optional={
        "FileName": words,
        "FilePath": words,
        "Created": moments,
        "Written": moments,
        "Accessed": moments,
        "Unallocated": st.booleans(),
        "PhysicalLocation": st.integers(0, 2**40),
        "Deleted": st.booleans(),
        "ParentMD5": seeds.map(digest),
    },
)
hashes = st.lists(
    st.one_of(
        st.builds(dict, HashName=st.just("PDQ"), HashValue=seeds.map(lambda seed: digest(seed, "pdq").upper())),
        st.builds(dict, HashName=st.just("SHA256"), HashValue=seeds.map(lambda seed: digest(seed, "sha256").upper())),
        st.builds(dict, HashName=names, HashValue=words),
    ),
    max_size=3,
    unique_by=(lambda one: one["HashName"], lambda one: one["HashValue"]),
)


def media(*, new: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """One medium as tools write it: every property of the model, and keys that it does not have."""
    pdna = seeds.map(lambda seed: value_of(seed, LENGTHS["pdna"]).hex())
    return st.fixed_dictionaries(
        {"MediaID": st.integers(1, 2**31 - 1), "MD5": seeds.map(lambda seed: digest(seed).upper())},
        optional={
            "SHA1": seeds.map(lambda seed: digest(seed, "sha1").upper()),
            **({"PhotoDNA": pdna, "SelfGenerated": st.booleans()} if new else {}),
            "Category": st.integers(0, 255),
            "VictimIdentified": st.booleans(),
            "OffenderIdentified": st.booleans(),
            "IsDistributed": st.booleans(),
            "IsPrecategorized": st.booleans(),
            "IsSuspected": st.booleans(),
            "Comments": words,
            "Tags": words,
            "Series": words,
            "RelativeFilePath": words,
            "PrecategorizationSource": words,
            "MimeType": st.just("image/jpeg"),
            "MediaSize": st.integers(0, 2**62),
            "DateUpdated": moments,
            "AlternativeHashes": hashes,
            "MediaFiles": st.lists(files, min_size=1, max_size=2),
            "Exifs": st.lists(st.builds(dict, PropertyName=names, PropertyValue=words), min_size=1, max_size=2),
            "Segments": st.lists(st.builds(dict, SegmentIndex=st.integers(0, 9), Start=words), min_size=1, max_size=2),
            "MediaMetadata": st.lists(st.builds(dict, PropertyName=names, PropertyValue=words), min_size=1, max_size=2),
            "Unknown": st.dictionaries(names, words | st.integers() | st.booleans(), min_size=1, max_size=2),
        },
    ).map(lambda row: {**{key: value for key, value in row.items() if key != "Unknown"}, **row.get("Unknown", {})})


cases = st.fixed_dictionaries(
    {"CaseID": st.uuids().map(str)},
    optional={
        "CaseNumber": words,
        "ContactOrganization": words.filter(lambda text: text == text.strip()),
        "ContactName": words,
        "SeizureDate": moments,
        "SourceApplicationName": words,
        "CaseMetadata": st.lists(st.builds(dict, PropertyName=names, PropertyValue=words), min_size=1, max_size=2),
    },
)

ADDED = {"TotalMediaFiles", "TotalPrecategorized", "IsPrecategorized"}
"""What a writer has to say whether it was said or not."""


def same(value: Any, key: str = "") -> Any:
    """What a document says, with keys normalised: no annotations of OData, nothing that is empty, hashes as pairs."""
    if isinstance(value, dict):
        found = {}
        pairs = set()
        for name, one in value.items():
            if name in {"SHA1", "SHA256", "PhotoDNA"}:
                pairs.add((name, str(one).lower()))
            elif name == "AlternativeHashes":
                pairs |= {(each["HashName"], _lower(each["HashValue"])) for each in one}
            elif "odata" not in name and name not in ADDED and one not in (None, "", [], {}):
                found[name.lower()] = same(one, name)
        return {**found, **({"hashes": pairs} if pairs else {})}
    if isinstance(value, list):
        return [same(one, key) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    return _lower(str(value)) if key == "MD5" else str(value)


def _lower(text: str) -> str:
    return text.lower() if re.fullmatch(r"[0-9A-Fa-f]{32,}", text) else text


def parsed(document: bytes) -> Any:
    """The document as any reader of JSON sees it."""
    return json.loads(document)
