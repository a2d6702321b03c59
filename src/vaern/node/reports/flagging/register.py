"""The register of trusted flaggers: coordinators' decisions, dated and verified like all rows of law."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.law.registers import LawTable, Register
from vaern.node.organisations import countries
from vaern.node.organisations.models import Organisation
from vaern.node.reports.base import flagger_status
from vaern.node.reports.base.flagger_status import DECISIONS
from vaern.node.reports.flagging.forms import DecisionForm
from vaern.node.reports.rules import flaggers
from vaern.node.reports.rules.flaggers import Step


def organisations() -> list[tuple[str, str]]:
    """Return the organisations of the directory, by id and name."""
    return [(str(id), name) for id, name in Organisation.objects.order_by("name", "id").values_list("id", "name")]


def _says(step: Step) -> str:
    return _("%(organisation)s: %(decision)s by %(coordinator)s (%(country)s)") % {
        "organisation": dict(organisations()).get(step.organisation, step.organisation),
        "decision": DECISIONS[step.decision][0],
        "coordinator": step.coordinator,
        "country": countries.named(step.country),
    }


def _form(data: Any = None, *, content: Step | None = None) -> DecisionForm:
    return DecisionForm(data, content=content, organisations=organisations())


def problems() -> list[str]:
    """Return the inconsistencies of the register: decisions that cannot follow the one before them."""
    return [
        _("“%(decision)s” on %(day)s does not follow from the decision before it.")
        % {"decision": DECISIONS[step.decision][0], "day": date_format(step.since, "SHORT_DATE_FORMAT")}
        for step in flaggers.out_of_order(one.step for one in flagger_status.decisions())
    ]


REGISTER = Register(
    "flaggers",
    gettext_lazy("Trusted flaggers"),
    gettext_lazy(
        "What Digital Services Coordinators decided about organisations of this node. An award counts once a second "
        "person has verified it; a suspension or a revocation counts at once."
    ),
    tables=(
        LawTable(
            flagger_status.TABLE,
            gettext_lazy("Decisions"),
            Step,
            key=lambda one: one.key,
            of_files=tuple,
            says=_says,
            about=lambda one: one.organisation,
            form=_form,
        ),
    ),
    about_label=gettext_lazy("Organisation"),
    abouts=organisations,
    country_name=countries.named,
    problems=problems,
)
