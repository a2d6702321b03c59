"""What a request rests on, as it was: treaty, instrument, form and both countries' rows, kept with the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.node.cases.assistance.data import TABLES, party_key
from vaern.node.cases.rules.instruments import Form, Instrument, Party, Treaty  # noqa: TC001 - msgspec reads them
from vaern.node.law.data import newest, verified_ids

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.cases.rules.instruments import Book, DataKind


@dataclass(frozen=True)
class Pinned:
    """The law of a request.

    Attributes:
        versions: of each row its table, key and version, and whether a person had verified it then.
    """

    treaty: Treaty
    instrument: Instrument
    form: Form
    parties: tuple[Party, ...]
    versions: tuple[dict[str, Any], ...]

    @property
    def unverified(self) -> bool:
        """Whether any row had been verified by nobody."""
        return not all(one["verified"] for one in self.versions)


def pin(book: Book, code: str, countries: tuple[str, str], on: date, data: DataKind | None = None) -> dict[str, Any]:
    """Return what a request under an instrument rests on, on a day, as JSON; its form as one kind of data needs it."""
    form = book.forms[book.instruments[code].form]
    instrument = book.instruments[code]
    parties = [row for one in countries if (row := book.party(one, instrument.treaty, on))]
    wanted = {("treaty", instrument.treaty), ("instrument", code), *(("party", party_key(row)) for row in parties)}
    verified = verified_ids()
    versions = [
        {"table": row.table, "key": row.key, "version": row.version, "verified": row.pk in verified}
        for row in newest(TABLES)
        if (row.table, row.key) in wanted
    ]
    return msgspec.to_builtins(  # type: ignore[no-any-return]
        {
            "treaty": book.treaties[instrument.treaty],
            "instrument": instrument,
            "form": form.of(data) if data else form,
            "parties": parties,
            "versions": versions,
        }
    )


def read(pinned: dict[str, Any]) -> Pinned:
    """Return what a request rests on."""
    return msgspec.convert(pinned, Pinned, strict=False)


def withheld(law: Pinned, book: Book) -> frozenset[str]:
    """Return the fields of a request that its addressee, a provider, is never given.

    What was pinned before the form said so is withheld too: nobody learns of a case because a draft is old.
    """
    now = book.forms.get(law.instrument.form)
    forms = (law.form, now) if now else (law.form,)
    return frozenset(one.code for form in forms for one in form.fields if one.withheld)
