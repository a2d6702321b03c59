"""The register of texts that notices cite by country of host: rows of law that are added, corrected and verified.

A text is cited once a second person verified the version that counts. Until then, and after an unverified correction,
notices use the general sentence, which can never be wrong and stops nobody's work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.law.data import entries
from vaern.node.law.labels import said
from vaern.node.law.models import LawRow
from vaern.node.law.registers import LawTable, Register, table_of
from vaern.node.organisations import countries
from vaern.node.reports.rules import duties, national_files
from vaern.node.reports.rules.national_texts import BETWEEN, NationalText, clashes, speaks_for
from vaern.node.reports.takedown.labels import KINDS
from vaern.node.reports.takedown.national.forms import NationalForm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vaern.node.law.data import Entry

TABLE = "notice_text"


def current() -> list[Entry]:
    """Return the rows that count on this node: made-up ones count on a synthetic node only."""
    return [one for one in entries([TABLE]) if settings.CONFIGURATION.synthetic or not one.content.synthetic]


def find(country: str, kind: str, on: date) -> duties.Text | None:
    """Return the verified text that applies to a kind of recipient, in a country, on a day; None without one."""
    rows = {one.row.key: one for one in current() if one.verified}
    found = speaks_for((one.content for one in rows.values()), country, kind, on)
    return _as_text(rows[found.key].row, found) if found else None


def waits(country: str, kind: str, on: date) -> bool:
    """Whether an unverified text would apply to them."""
    return speaks_for((one.content for one in current() if not one.verified), country, kind, on) is not None


def is_one(code: str) -> bool:
    """Whether a cited code is that of a national text."""
    return BETWEEN in code


def text(code: str) -> duties.Text:
    """Return the version of a row that a notice cited.

    Raises:
        KeyError: there is none of that code.
    """
    key, _between, version = code.rpartition(BETWEEN)
    row = LawRow.objects.filter(table=TABLE, key=key, version=version).first() if version.isdecimal() else None
    if row is None:
        raise KeyError(code)
    return _as_text(row, table_of(TABLE)[1].read(row.content))


def _as_text(row: LawRow, content: NationalText) -> duties.Text:
    general = duties.general().says
    return duties.Text(
        f"{row.key}{BETWEEN}{row.version}",
        content.country,
        frozenset(content.kinds),
        content.since,
        content.until,
        flagger=False,
        source=content.source,
        read=content.day or content.since,
        says={
            language: duties.Says(
                _in(content.heading, language),
                general[language].unnamed,
                _in(content.duty, language),
                _in(content.danger, language),
            )
            for language in duties.LANGUAGES
        },
    )


def _in(words: dict[str, str], language: str) -> str:
    return words.get(language) or words.get("en", "")


def _says(row: NationalText) -> str:
    return f"{countries.named(row.country)}: {said(row.heading)}"


def _cells(row: NationalText) -> list[tuple[object, object]]:
    """Return the whole wording, in both languages: it is what somebody verifies."""
    parts = ((_("Heading"), row.heading), (_("What the law asks"), row.duty), (_("In danger"), row.danger))
    kinds = [str(KINDS[kind]) for kind in row.kinds] or [_("All")]
    return [
        (_("Whom it binds"), ", ".join(kinds)),
        *((f"{label} ({language})", words[language]) for label, words in parts for language in words),
    ]


def _form(data: Any = None, *, content: NationalText | None = None) -> NationalForm:
    return NationalForm(data, content=content)


def problems() -> Iterable[str]:
    """Return the inconsistencies of the register: two texts that apply to the same recipients on the same day."""
    return [
        _("%(one)s and %(other)s of %(country)s speak to the same providers on the same days: end one of them first.")
        % {"one": one.code, "other": other.code, "country": countries.named(one.country)}
        for one, other in clashes(entry.content for entry in current())
    ]


REGISTER = Register(
    "notice-texts",
    gettext_lazy("What notices cite, by country"),
    gettext_lazy(
        "What the law of a country asks of whoever is notified there. A notice cites it once somebody has verified it; "
        "until then it names no law. In the European Union the Digital Services Act goes before it for hosting "
        "providers."
    ),
    tables=(
        LawTable(
            TABLE,
            gettext_lazy("Texts"),
            NationalText,
            key=lambda one: one.key,
            says=_says,
            cells=_cells,
            of_files=lambda: national_files.of_node(
                settings.CONFIGURATION.law, synthetic=settings.CONFIGURATION.synthetic
            ),
            form=_form,
        ),
    ),
    country_name=countries.named,
    problems=problems,
)
