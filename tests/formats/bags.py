"""Strategies for bags: names that every system could hold, and small contents."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from vaern.formats.bagit_paths import folded, unportable

SIGNS = st.one_of(st.sampled_from("ab0Zæßéǆ%~.-_ #'()&€漢😀"), st.characters(exclude_categories=["Cc", "Cs"]))
parts = (
    st.text(SIGNS, min_size=1, max_size=6)
    .map(lambda text: unicodedata.normalize("NFC", text).strip().strip("."))
    .filter(bool)
)
paths = st.lists(parts, min_size=1, max_size=3).map("/".join).filter(lambda path: not unportable(path))


def is_one_tree(files: dict[str, bytes]) -> bool:
    """Whether no name is another's on some system, and no folder is a file too."""
    seen = {folded(path) for path in files}
    folders = {folded("/".join(path.split("/")[:n])) for path in files for n in range(1, path.count("/") + 1)}
    return len(seen) == len(files) and not seen & folders


payloads = st.dictionaries(paths, st.binary(max_size=40), min_size=1, max_size=5).filter(is_one_tree)
infos = st.lists(
    st.tuples(
        st.sampled_from(["Source-Organization", "External-Identifier", "Bagging-Date"]),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs", "Cf", "Co", "Cn"])),
    ),
    max_size=3,
)
