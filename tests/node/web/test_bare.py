"""Bare public pages speak the language of their address, and always one that they have."""

from __future__ import annotations

from django.test import RequestFactory
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from vaern.node.web import bare

WORDS = st.sampled_from([*bare.LANGUAGES, "de", "en-GB", "", "DA"]) | st.text(max_size=10)


@given(WORDS, WORDS | st.none(), st.sampled_from(["da", "en", "de", "da-DK,en;q=0.5", "", ";;", "*"]))
@example("da", "en", "en")
def test_the_address_wins_then_the_page_then_the_browser(asked: str, usual: str | None, header: str) -> None:
    request = RequestFactory().get("/", {"language": asked}, headers={"accept-language": header})
    found = bare.language_of(request, usual)
    assert found in bare.LANGUAGES
    if asked in bare.LANGUAGES:
        assert found == asked
    elif usual is not None:
        assert found == (usual if usual in bare.LANGUAGES else "en")
    else:
        assert found == ("da" if header.startswith("da") else "en")
    with translation.override(found):
        assert [code for code, _name, current in bare.language_links() if current] == [found]
