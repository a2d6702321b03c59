"""Labels of the public pages, in plain words that a twelve-year-old understands."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules.states import Status

KINDS: dict[str, Any] = {
    "material": _("Pictures or videos of a child who is sexually abused"),
    "sexual_extortion": _("Somebody threatens a child with pictures or videos"),
    "enticement": _("An adult asks a child for pictures, or to meet for sex"),
    "exposure": _("Somebody sends sexual things to a child"),
    "live_abuse": _("Abuse that is shown live"),
    "hands_on": _("A child is sexually abused, not only online"),
    "trafficking": _("A child is offered or sold for sexual abuse"),
    "unclear": _("Something else, or I am not sure"),
}
"""What is reported, by the code of `arrivals.Offence`."""

DANGER: dict[str, Any] = {
    "yes": _("Yes, a child is in danger now"),
    "no": _("No"),
    "unknown": _("I do not know"),
}

ONGOING: dict[str, Any] = {
    "yes": _("Yes, it goes on"),
    "no": _("No, it is over"),
    "unknown": _("I do not know"),
}

ABOUT: dict[str, Any] = {
    "self": _("Me"),
    "known": _("A child whom I know"),
    "other": _("A child whom I do not know"),
}
"""Who the child is, by the code of `arrivals.About`."""

STATUS: dict[Status, tuple[Any, str, Any]] = {
    Status.RECEIVED: (_("Received"), "info", _("We have your report. A person will look at it.")),
    Status.BEING_WORKED_ON: (
        _("We are working on it"),
        "info",
        _("A person has looked at your report and works on it."),
    ),
    Status.PASSED_ON: (
        _("Passed on"),
        "good",
        _("We gave your report to those who can act on it, such as the police or a desk in another country."),
    ),
    Status.CLOSED_ACTED: (_("Done"), "good", _("What you reported is against the law, and we acted on it. Thank you.")),
    Status.CLOSED_NOTHING: (
        _("Closed"),
        "neutral",
        _("We looked at your report and could not act on it. It was still right to send it."),
    ),
}
"""How far a report is, in words, with a tone and a sentence."""
