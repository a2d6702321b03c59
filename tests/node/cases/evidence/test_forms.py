"""What the form of a correction shows, sent back as it is, is what was registered: to the second, in any zone."""

from __future__ import annotations

from datetime import datetime

from hypothesis import example, given
from hypothesis import strategies as st

from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.evidence.forms import FactsForm

moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.timezones())  # noqa: DTZ001
WHY = {"why": "investigation", "words": ""}


@given(st.none() | moments)
@example(datetime.fromisoformat("2000-10-29T02:30:00+02:00"))  # clocks of the node show it twice: the first time
@example(datetime.fromisoformat("2000-10-29T02:30:00+01:00"))  # and the second
def test_what_is_shown_and_sent_back_is_what_was_registered(moment: datetime | None) -> None:
    seized = moment.replace(microsecond=0) if moment else None
    facts = Facts(description="A drive (synthetic)", seized_at=seized.isoformat() if seized else "")
    form = FactsForm(initial=FactsForm.initial_of(facts))
    shown = {name: form[name].value() or "" for name in form.fields} | WHY
    shown["seized_at"] = form.fields["seized_at"].widget.format_value(form["seized_at"].value()) or ""
    again = FactsForm(
        {form.add_prefix(name): value for name, value in shown.items()}, initial=FactsForm.initial_of(facts)
    )
    assert again.is_valid(), again.errors
    assert again.facts == facts
