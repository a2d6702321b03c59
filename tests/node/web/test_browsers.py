"""A session is named by browser and system in words, and by nothing that the browser wrote itself."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.web.browsers import BROWSERS, SYSTEMS, in_words

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/140.0.0.0 Safari/537.36", "Chromium on Linux"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Windows"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {WEBKIT} Version/26.0 Mobile/15E148 Safari/604.1",
            "Safari on iOS",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/26.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        ("Something/1.0 (Linux)", "Another browser on Linux"),
        ("Firefox/1", "Firefox"),
        ("curl/8.5.0", "Another program"),
        ("", "Another program"),
    ],
)
def test_the_common_browsers_are_known(header: str, words: str) -> None:
    assert in_words(header) == words


def test_in_danish() -> None:
    with translation.override("da"):
        assert in_words("Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0") == "Firefox på Linux"


@given(st.text(max_size=60), st.sampled_from(["", "Linux", "Firefox/"]), st.text(max_size=60))
def test_only_our_own_words_come_out(before: str, sign: str, after: str) -> None:
    """A header that says what it likes can put no words of its own on a page."""
    ours = {name for table in (BROWSERS, SYSTEMS) for _sign, name in table}
    words = in_words(before + sign + after)
    left, _on, right = words.partition(" on ")
    assert left in {*ours, "Another program", "Another browser"}
    assert right in {*ours, ""}
