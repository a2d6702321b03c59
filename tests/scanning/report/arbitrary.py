"""Arbitrary findings, consistent as a scan's are."""

from __future__ import annotations

from hypothesis import strategies as st

from vaern.records import VERDICTS, Finding, Match, Media

SIGNS = st.characters(codec="utf-8") | st.sampled_from("</>&\"'{}\u202e\u2066\u200b\x00\x1b\n")
WORDS = st.text(SIGNS, max_size=12)
NAMES = st.lists(WORDS.filter(lambda word: "/" not in word), min_size=1, max_size=5).map("/".join)
DATES = st.none() | st.dates().map(str) | st.datetimes().map(lambda moment: moment.isoformat()) | WORDS

matches = st.builds(
    Match,
    kind=st.sampled_from(["md5", "sha256", "pdq", "vpdq"]),
    query=st.binary(min_size=32, max_size=32).map(bytes.hex),
    entry=WORDS,
    distance=st.integers(0, 40),
    list=st.sampled_from(["A", "B", "good", "</script>"]),
    release=st.sampled_from(["1", "2"]),
    orientation=st.sampled_from(["upright", "mirrored"]),
)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    verdict = draw(st.sampled_from(VERDICTS))
    media = Media(
        name=draw(NAMES),
        size=draw(st.integers(0, 2**50)),
        mime=draw(st.sampled_from(["image/jpeg", "video/mp4", "text/plain"]) | WORDS),
        taken=draw(DATES),
        modified=draw(DATES),
        camera=draw(st.none() | WORDS),
        unreadable=draw(WORDS) if verdict == "unreadable" else "",
        unopened=draw(WORDS) if verdict == "unopened" else "",
    )
    hit = verdict in ("known", "near", "ignored")
    found = draw(st.lists(matches, min_size=1, max_size=3)) if hit else []
    return Finding(media, verdict, tuple(found), draw(WORDS))
