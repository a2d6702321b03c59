"""Files of schemes and legal grounds: those shipped with Værn, and the node's own (`VAERN_LAW`). Pure.

Rows marked `"synthetic": true` are made up and no law: only a synthetic node loads them.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from vaern.node.base.days import check_read_once
from vaern.node.organisations.rules import OrganisationKind

SHIPPED = Path(__file__).parent.parent / "data"
SCHEMES, GROUNDS = SHIPPED / "schemes", SHIPPED / "provisions"
FOLDERS = ("grounds", "schemes", "notices", "weights", "working-days", "help-lines")
"""What a folder of a node's own law may hold."""

Actions = Literal["detect", "report", "forward", "notify", "hold", "block"]
Label = dict[str, str]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
Country = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")]
Source = Annotated[str, msgspec.Meta(max_length=500)]


class LawFileError(ValueError):
    """A file of law is not valid; the message names the file and the path, and says what to do."""


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provision that allows an action; `models.LegalGround` says what each field means.

    Attributes:
        source: where it is published: an official address, or the gazette and its number.
        read: the day on which somebody read it there.
        recalled: the day on which it was written down from memory; such a ground counts once a person verified it.
    """

    code: Code
    action: Actions
    name: Label
    valid_from: date
    valid_to: date | None
    kinds: tuple[OrganisationKind, ...] = ()
    source: Source = ""
    read: date | None = None
    recalled: date | None = None
    country: Country = ""


class GroundFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The grounds of a country, of several countries, or of everywhere ("")."""

    grounds: tuple[Ground, ...]
    country: Country | None = None
    countries: tuple[Country, ...] = ()
    synthetic: bool = False


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class of a scheme. `actionable`: the conclusion that it usually has; None if not stated."""

    code: Code
    label: Label
    actionable: bool | None


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer to a question."""

    code: Code
    label: Label


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that a scheme asks for."""

    code: Code
    label: Label
    kind: Literal["choice", "flag"]
    choices: tuple[Choice, ...] = ()


class Crosswalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The equivalent of a class in another scheme. `source`: who says so."""

    value: Code
    scheme: Code
    version: str
    to: str
    kind: Literal["exact", "broader", "narrower", "none"]
    source: Source = ""


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a classification scheme; `models.Scheme` says what each field means."""

    code: Code
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    name: Label
    authority: Annotated[str, msgspec.Meta(max_length=200)]
    country: Country
    valid_from: date
    valid_to: date | None
    values: Annotated[tuple[Value, ...], msgspec.Meta(min_length=1)]
    questions: tuple[Question, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()
    source: Source = ""
    read: date | None = None
    recalled: date | None = None
    synthetic: bool = False

    def plain(self) -> dict[str, Any]:
        """Return its classes and questions as stored in the table."""
        return {name: msgspec.json.decode(msgspec.json.encode(getattr(self, name))) for name in ("values", "questions")}


class Law(msgspec.Struct, frozen=True):
    """All schemes and grounds that a node has from files."""

    schemes: tuple[Scheme, ...]
    grounds: tuple[Ground, ...]
    made_up: frozenset[tuple[str, str, str, date]] = frozenset()
    """Keys of the grounds that are synthetic: they count without a source."""


def key(ground: Ground) -> tuple[str, str, str, date]:
    """Return the key of a ground: code, action, country, first day."""
    return ground.code, ground.action, ground.country, ground.valid_from


@cache
def of_node(own: Path | None, *, synthetic: bool) -> Law:
    """Return the law of a node: the shipped law and its own folder, which takes precedence.

    Args:
        own: `VAERN_LAW`; None for none.
        synthetic: whether the node is synthetic, and so loads made-up rows.

    Raises:
        LawFileError: a file is not valid.
    """
    shipped = read(SCHEMES, GROUNDS, synthetic=synthetic)
    if own is None:
        return shipped
    return joined(shipped, read(own / "schemes", own / "grounds", synthetic=synthetic), own)


def joined(shipped: Law, own: Law, folder: Path) -> Law:
    """Merge two laws. A ground of the node's own replaces a shipped one with the same key.

    Raises:
        LawFileError: a scheme of the node's own has the code and version of a shipped one.
    """
    schemes: dict[tuple[str, str], Scheme] = {}
    for one in (*shipped.schemes, *own.schemes):
        if (one.code, one.version) in schemes:
            raise LawFileError(
                f"{folder / 'schemes'}: The scheme {one.code} {one.version} is there twice; give it another version."
            )
        schemes[one.code, one.version] = one
    grounds = {key(one): one for one in (*shipped.grounds, *own.grounds)}
    return Law(tuple(schemes.values()), tuple(grounds.values()), shipped.made_up | own.made_up)


def read(schemes: Path, grounds: Path, *, synthetic: bool) -> Law:
    """Return the law in two folders; made-up rows only on a synthetic node.

    Raises:
        LawFileError: a file is not valid.
    """
    found = [one for path in json_files(schemes) for one in [_scheme(path)] if synthetic or not one.synthetic]
    law: list[Ground] = []
    made_up: set[tuple[str, str, str, date]] = set()
    for path in json_files(grounds):
        given = decoded(path, GroundFile)
        if given.synthetic and not synthetic:
            continue
        for one in _grounds(path, given):
            law.append(one)
            made_up |= {key(one)} if given.synthetic else set()
    return Law(tuple(found), tuple(law), frozenset(made_up))


def json_files(folder: Path) -> list[Path]:
    """Return the files of a folder, by name; none if the folder does not exist.

    Raises:
        LawFileError: it holds anything else.
    """
    if not folder.is_dir():
        return []
    other = sorted(path.name for path in folder.iterdir() if path.suffix != ".json" and not path.name.startswith("."))
    if other and other != ["__init__.py"]:
        raise LawFileError(f"{folder / other[0]}: only files that end in .json are read here. Take it away.")
    return sorted(folder.glob("*.json"))


def decoded(path: Path, shape: Any) -> Any:
    """Return the decoded content of a file.

    Raises:
        LawFileError: it cannot be read, or has another shape; the message names the file and the path.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.MsgspecError) as error:
        raise LawFileError(f"{path}: {error}. Correct it there; docs/how-to/your-law.md shows every field.") from error


def wrong(path: Path, place: str, what: str) -> LawFileError:
    """Return the message about a fault in a file: the file, the fault, and its path."""
    return LawFileError(f"{path}: {what} - at `{place}`. Correct it there; docs/how-to/your-law.md shows every field.")


def check_day(path: Path, place: str, read: date | None, recalled: date | None) -> None:
    """Check that a row has exactly one day: of reading in its source, or of writing down from memory.

    Raises:
        LawFileError: it has neither, or both.
    """
    try:
        check_read_once(read, recalled)
    except ValueError as fault:
        raise wrong(path, place, str(fault)) from None


def _dated(path: Path, place: str, one: Ground | Scheme, *, synthetic: bool) -> None:
    if one.valid_to is not None and one.valid_to < one.valid_from:
        raise wrong(path, place, "It ends (valid_to) before it begins (valid_from)")
    if not synthetic and not one.source:
        raise wrong(path, place, "It names no source, the official address or number at which it can be read")
    if not synthetic:
        check_day(path, place, one.read, one.recalled)
    if not one.name.get("en"):
        raise wrong(path, f"{place}.name", "It has no English name (en)")


def _grounds(path: Path, given: GroundFile) -> list[Ground]:
    if given.country is not None and given.countries:
        raise wrong(path, "$.countries", "It names a country and several: one of the two")
    if given.country is None and not given.countries:
        raise wrong(path, "$.country", 'It names no country: two letters, or "" for everywhere')
    for number, one in enumerate(given.grounds):
        _dated(path, f"$.grounds[{number}]", one, synthetic=given.synthetic)
        if one.country:
            raise wrong(path, f"$.grounds[{number}].country", "The country stands once, at the top of the file")
    places = given.countries or (given.country or "",)
    return [msgspec.structs.replace(one, country=place) for place in places for one in given.grounds]


def _scheme(path: Path) -> Scheme:
    found: Scheme = decoded(path, Scheme)
    _dated(path, "$", found, synthetic=found.synthetic)
    codes = [value.code for value in found.values]
    if len(set(codes)) != len(codes):
        raise wrong(path, "$.values", "Two classes have the same code")
    for number, question in enumerate(found.questions):
        if question.kind == "choice" and not question.choices:
            raise wrong(path, f"$.questions[{number}].choices", "It is a choice and has none")
    for number, row in enumerate(found.crosswalks):
        if row.value not in codes:
            raise wrong(path, f"$.crosswalks[{number}].value", f"There is no class {row.value} in this scheme")
    return found
