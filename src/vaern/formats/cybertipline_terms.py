"""Our words for NCMEC's, which are used only inside its documents (research: `formats.md`, (e))."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from vaern.formats.cybertipline_shape import INCIDENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.arrivals import Offence

ANNOTATIONS: Mapping[str, str] = MappingProxyType(
    {
        "animeDrawingVirtualHentai": "drawn",
        "potentialMeme": "shared_as_joke",
        "viral": "widely_shared",
        "possibleSelfProduction": "possibly_self_generated",
        "physicalHarm": "physical_harm",
        "violenceGore": "violence",
        "bestiality": "with_animal",
        "liveStreaming": "live_streamed",
        "infant": "infant",
        "generativeAi": "generated",
    }
)
"""Codes of `File.annotations`, by the name of the element in `fileAnnotations`."""

REPORT_ANNOTATIONS: Mapping[str, str] = MappingProxyType(
    {
        "sextortion": "sexual_extortion",
        "csamSolicitation": "material_solicited",
        "minorToMinorInteraction": "between_children",
        "spam": "spam",
        "sadisticOnlineExploitation": "sadistic_exploitation",
    }
)
"""Codes of `Arrival.annotations`, by the name of the element in `reportAnnotations`."""

REPORT_ELEMENTS: Mapping[str, str] = MappingProxyType({code: name for name, code in REPORT_ANNOTATIONS.items()})
"""The other way round."""

ELEMENTS: Mapping[str, str] = MappingProxyType({code: element for element, code in ANNOTATIONS.items()})
"""The other way round."""

_MATERIAL, _TRAFFICKING, _TRAVEL, _HANDS_ON, _DOMAIN, _WORDS, _ENTICEMENT, _UNSOLICITED = INCIDENTS

OFFENCES: Mapping[str, Offence] = MappingProxyType(
    {
        _MATERIAL: "material",
        _TRAFFICKING: "trafficking",
        _TRAVEL: "travel",
        _HANDS_ON: "hands_on",
        _DOMAIN: "unclear",
        _WORDS: "unclear",
        _ENTICEMENT: "enticement",
        _UNSOLICITED: "exposure",
    }
)
"""What is reported, by `incidentType`. The two that mislead about what a site holds have no word of ours: the text is
kept beside."""

TYPES: Mapping[Offence, str] = MappingProxyType(
    {
        "material": _MATERIAL,
        "live_abuse": _MATERIAL,
        "trafficking": _TRAFFICKING,
        "travel": _TRAVEL,
        "hands_on": _HANDS_ON,
        "enticement": _ENTICEMENT,
        "sexual_extortion": _ENTICEMENT,
        "exposure": _UNSOLICITED,
    }
)
"""`incidentType` by what is reported; `unclear` has none."""

HASH_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "md5": "md5",
        "sha1": "sha1",
        "sha256": "sha256",
        "pdq": "pdq",
        "vpdq": "vpdq",
        "pdna": "pdna",
        "photodna": "pdna",
        "netclean": "netclean",
        "videntifier": "videntifier",
        "tmk": "tmk",
        "tmkpdqf": "tmk",
    }
)
"""Kinds of signals by `hashType` or the name of a HASH detail, in lower case without signs."""

SCHEME = "NCMEC"
"""Scheme of `industryClassification`: A1, A2, B1, B2."""

WRAPPER = "cyberTipline"
"""Root of our own that holds one `report` or several, each with the `fileDetails` that follow it. NCMEC takes them by
separate calls and has no document that holds both."""
