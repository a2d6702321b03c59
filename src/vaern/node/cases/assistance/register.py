"""The register of instruments: treaties, what can be asked for under them, and who is bound, as tables of law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.data import current, party_key
from vaern.node.cases.assistance.forms_parties import PartyForm
from vaern.node.cases.rules import instrument_files
from vaern.node.cases.rules.instruments import Instrument, Party, Treaty
from vaern.node.law.labels import said
from vaern.node.law.registers import LawTable, Register

if TYPE_CHECKING:
    from collections.abc import Iterable


def _treaty_says(content: Treaty) -> str:
    return labels.cited(content)


def _instrument_says(content: Instrument) -> str:
    return f"{said(content.name)}, {content.provision} – {labels.expectation(content.expects)}"


def _party_says(content: Party) -> str:
    sentence = _("%(country)s is bound by %(treaty)s") if content.bound else _("%(country)s stays out of %(treaty)s")
    words = f": {said(content.reservation)}" if content.reservation else ""
    return sentence % {"country": labels.country_here(content.country), "treaty": _treaty(content.treaty)} + words


def _treaty(code: str) -> str:
    found = instrument_files.book().treaties.get(code)
    return said(found.name) if found else code


def _instruments() -> Iterable[Instrument]:
    return instrument_files.book().instruments.values()


def _treaties() -> Iterable[Treaty]:
    return instrument_files.book().treaties.values()


def _names() -> Iterable[tuple[str, str]]:
    return [(code, _treaty(code)) for code in sorted(instrument_files.book().treaties)]


def _party_form(data: Any = None, *, content: Party | None = None) -> PartyForm:
    return PartyForm(data, book=current(), content=content)


REGISTER = Register(
    "instruments",
    gettext_lazy("Instruments, treaties and who is bound"),
    gettext_lazy("What a request to another country can rest on. What nobody verified is no advice: look it up first."),
    tables=(
        LawTable(
            "instrument",
            gettext_lazy("Instruments"),
            Instrument,
            key=lambda one: one.code,
            of_files=_instruments,
            says=_instrument_says,
            about=lambda one: one.treaty,
        ),
        LawTable(
            "treaty",
            gettext_lazy("Treaties"),
            Treaty,
            key=lambda one: one.code,
            of_files=_treaties,
            says=_treaty_says,
            about=lambda one: one.code,
        ),
        LawTable(
            "party",
            gettext_lazy("Countries"),
            Party,
            key=party_key,
            of_files=lambda: instrument_files.book().parties,
            says=_party_says,
            about=lambda one: one.treaty,
            form=_party_form,
        ),
    ),
    about_label=gettext_lazy("Treaty"),
    abouts=_names,
    country_name=labels.country_here,
    problems=lambda: instrument_files.problems(current()),
    links=((gettext_lazy("Router"), "cases:router"),),
)
