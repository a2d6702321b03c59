"""Why a file has its verdict, in every language of the page; `findings.jsonl` has it in English, a contract."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

from vaern.scanning.report.texts import LANGUAGES

SENTENCES = ("cause", "note", "turn", "what")
"""Placeholders for what is a sentence of the program's own."""


def reasons_of(reason: str) -> tuple[str, ...]:
    """A reason, or a cause, in each of `LANGUAGES`."""
    return tuple(reason if language == "en" else danish(reason) for language in LANGUAGES)


@lru_cache(maxsize=1 << 12)
def danish(reason: str) -> str:
    """The reason in Danish; words that are not the program's own, such as a decoder's, stay as they are, quoted."""
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(reason):
            values = {name: danish(value) if name in SENTENCES else value for name, value in found.groupdict().items()}
            return sentence.format(**values)
    return f"»{reason}«" if reason.strip("…") else reason


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Where they arise → English sentence → Danish sentence."""
    return tomllib.loads(resources.files(__package__).joinpath("reasons.toml").read_text("utf-8"))


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """What an English sentence looks like, and its translation; what says most in its own words is tried first."""
    pairs = [pair for part in sentences().values() for pair in part.items()]
    pairs.sort(key=lambda pair: len(re.sub(r"\{\w+\}", "", pair[0])), reverse=True)
    return [(_pattern(english), sentence) for english, sentence in pairs]


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )
