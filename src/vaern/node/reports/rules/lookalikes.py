"""Detect host names that imitate others: mixed scripts, or look-alike letters.

After Unicode Technical Standard 39, "highly restrictive": a label is of one script, or of one of the sets that
languages really mix. Beyond it, a label of Cyrillic or Greek letters that all look like Latin ones.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_MIXED_BY_LANGUAGES = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
_LOOK_LATIN = frozenset("абвгԁеԍһіјкӏмпорԛѕтуѵԝхьЬ" + "αβγεηικνορτυχω")
"""Cyrillic and Greek letters that are taken for Latin ones at a glance."""

_OF_ALL_SCRIPTS = frozenset("0123456789-_·")


@lru_cache(maxsize=4_096)
def _script(letter: str) -> str:
    first = unicodedata.name(letter, "UNKNOWN").split()[0]
    return "KATAKANA" if letter == "ー" else first


def looks_like_another(host: str) -> bool:
    """Whether any label of a host, in Unicode, mixes scripts or consists of look-alikes."""
    return any(_odd(label) for label in host.split("."))


def _odd(label: str) -> bool:
    letters = [c for c in label if c not in _OF_ALL_SCRIPTS and not unicodedata.combining(c)]
    scripts = {_script(c) for c in letters}
    if len(scripts) > 1:
        return not any(scripts <= together for together in _MIXED_BY_LANGUAGES)
    return bool(scripts & {"CYRILLIC", "GREEK"}) and all(c in _LOOK_LATIN for c in letters)
