"""The page's sentences in every language it speaks: all of them are in `texts.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGES = ("en", "da")
"""In the order of the switch; the first is shown without JavaScript until the reader chooses."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """Key → language → sentence."""
    return tomllib.loads(resources.files(__package__).joinpath("texts.toml").read_text("utf-8"))


def plain(key: str, language: str) -> str:
    """One sentence in one language, as it stands."""
    return texts()[key][language]


def text(key: str, **values: object) -> Markup:
    """The sentence in every language, each in a `span` of its own that the language switch shows or hides.

    Args:
        key: in `texts.toml`; a verdict's spaces and hyphens are underscores there.
        **values: fill the placeholders; escaped.
    """
    safe = {name: escape(value) for name, value in values.items()}
    return spoken(_marked(plain(key, language)).format(**safe) for language in LANGUAGES)


def spoken(sentences: Iterable[str]) -> Markup:
    """One sentence in each of `LANGUAGES`, each in a `span` of its own; escaped."""
    return Markup("").join(
        Markup('<span class="t" lang="{}">{}</span>').format(language, sentence)
        for language, sentence in zip(LANGUAGES, sentences, strict=True)
    )


def _marked(sentence: str) -> Markup:
    """Escaped, with `code` for what stands between backticks."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped just before
