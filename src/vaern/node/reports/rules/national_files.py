"""Files of national texts: those shipped with Værn, and the node's own (`VAERN_LAW`, `notices/`). Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from vaern.node.law.records import Basis, Words
from vaern.node.reports.rules.law_files import Source, check_day, decoded, json_files, wrong
from vaern.node.reports.rules.national_texts import Code, Kind, NationalText, clashes

FOLDER = Path(__file__).parent.parent / "data" / "national_texts"
OWN = "notices"
"""Their place in a folder of law."""

LANGUAGES = frozenset({"en", "da"})
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
Stated = Annotated[Source, msgspec.Meta(min_length=1)]


class _Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text; `NationalText` says what each field means."""

    code: Code
    heading: Words
    duty: Words
    valid_from: date
    valid_to: date | None
    source: Stated
    read: date | None = None
    recalled: date | None = None
    kinds: tuple[Kind, ...] = ()
    danger: Words = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a country."""

    country: Country
    texts: tuple[_Text, ...]
    synthetic: bool = False


@cache
def of_node(own: Path | None, *, synthetic: bool) -> tuple[NationalText, ...]:
    """Return the texts of a node. A country with texts in the node's own folder has only those.

    Args:
        own: `VAERN_LAW`; None for none.
        synthetic: whether the node is synthetic, and so loads made-up rows.

    Raises:
        LawFileError: a file is not valid; the message names it and the path.
    """
    mine = in_folder(own / OWN, synthetic=synthetic) if own else ()
    taken = {one.country for one in mine}
    return (*mine, *(one for one in in_folder(FOLDER, synthetic=synthetic) if one.country not in taken))


def in_folder(folder: Path, *, synthetic: bool) -> tuple[NationalText, ...]:
    """Return the texts in the files of a folder.

    Raises:
        LawFileError: a file is not valid, or two texts apply at once.
    """
    found: list[NationalText] = []
    for path in json_files(folder):
        given = decoded(path, _File)
        if given.synthetic and not synthetic:
            continue
        for number, one in enumerate(given.texts):
            row = _row(path, f"$.texts[{number}]", given, one)
            if any(row.key == other.key for other in found):
                raise wrong(path, f"$.texts[{number}].code", f"{row.country} has a text {row.code} already")
            for other, _row_again in clashes([*found, row]):
                what = f"It speaks to the same providers on the same days as {other.code}; end one of them (valid_to)"
                raise wrong(path, f"$.texts[{number}]", what)
            found.append(row)
    return tuple(found)


def _row(path: Path, place: str, given: _File, one: _Text) -> NationalText:
    if one.valid_to is not None and one.valid_to < one.valid_from:
        raise wrong(path, place, "It ends (valid_to) before it begins (valid_from)")
    if not given.synthetic:
        check_day(path, place, one.read, one.recalled)
    for name, words in (("heading", one.heading), ("duty", one.duty), ("danger", one.danger)):
        if other := sorted(words.keys() - LANGUAGES):
            raise wrong(path, f"{place}.{name}", f"Notices are not written in “{other[0]}”")
        if not words.get("en", "").strip() and (words or name != "danger"):
            raise wrong(path, f"{place}.{name}", "It has no English text (en)")
    return NationalText(
        code=one.code,
        country=given.country,
        kinds=one.kinds,
        heading=one.heading,
        duty=one.duty,
        danger=one.danger,
        since=one.valid_from,
        until=one.valid_to,
        source=one.source,
        read=one.read,
        recalled=one.recalled,
        basis=Basis.READ if one.read or given.synthetic else Basis.RECALLED,
        synthetic=given.synthetic,
    )
