"""The form of a pursuit: which places, who hosts them and on what evidence, whether the police was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.reports.takedown.countries import CountryField
from vaern.node.reports.takedown.forms import LANGUAGES, PlainForm
from vaern.node.reports.takedown.pursuit import NewHost, Pursuit
from vaern.node.reports.takedown.tracers import Traced
from vaern.node.web.conditions import When

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.models import Host, Location

NEW = "new"
"""The choice of a host that is not in the list yet."""


class PursueForm(PlainForm):
    """What a person says of the places of a report that wait for a notice.

    Args:
        locations: those places.
        hosts: the hosting providers of the organisation's list.
        known: where such a place lay when it was last traced; offered, and to be checked.
        police_first: the desk tells the police before a host.
    """

    WHEN: ClassVar = {name: When("host", NEW) for name in ("name", "abuse", "language")}
    NEEDS: ClassVar = {"name": _("Name the host."), "abuse": _("Say where its notices go.")}

    places = forms.TypedMultipleChoiceField(label=_("Places"), coerce=UUID, widget=forms.CheckboxSelectMultiple)
    host = forms.ChoiceField(label=_("Hosting provider"))
    name = forms.CharField(label=_("Name of the host"), max_length=200, required=False)
    abuse = forms.EmailField(label=_("Mail address for notices"), max_length=254, required=False)
    language = forms.ChoiceField(label=_("Language of its notices"), choices=LANGUAGES, required=False)
    country = CountryField(label=_("Country"))
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the registries answered, and when. No link to the content."),
    )
    ip = forms.GenericIPAddressField(label=_("IP address"), required=False)
    network = forms.CharField(label=_("Network"), required=False, max_length=40)
    told = forms.BooleanField(label=_("Police informed"), required=False)
    named = forms.BooleanField(label=_("Name our organisation"), required=False, initial=True)
    field_order = (
        "places",
        "host",
        "name",
        "abuse",
        "language",
        "country",
        "evidence",
        "ip",
        "network",
        "told",
        "named",
        "why",
        "words",
    )

    def __init__(
        self,
        *args: Any,
        locations: Sequence[Location],
        hosts: Sequence[Host],
        known: Location | None = None,
        police_first: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.locations = {one.pk: one for one in locations}
        self.hosts = {str(one.pk): one for one in hosts}
        places, host, told = self.fields["places"], self.fields["host"], self.fields["told"]
        places.choices = [(one.pk, one.item.number) for one in locations]  # type: ignore[attr-defined]
        places.initial = [one.pk for one in locations]
        host.choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *((pk, one.name) for pk, one in self.hosts.items()),
            (NEW, _("Another, which is not in the list")),
        ]
        if known is not None and str(known.host_id) in self.hosts:
            host.initial, self.fields["country"].initial = str(known.host_id), known.country
            self.fields["network"].initial = known.network
        if all(one.police_told_at for one in locations):
            del self.fields["told"]
        elif police_first:
            told.help_text = _("Your desk tells the police before the host.")

    @property
    def chosen(self) -> list[Location]:
        """The places that it is about; only after `is_valid()`."""
        return [self.locations[pk] for pk in self.cleaned_data["places"]]

    @property
    def pursuit(self) -> Pursuit:
        """What was said of them; only after `is_valid()`."""
        given = self.cleaned_data
        host = self.hosts.get(given["host"]) or NewHost(given["name"], given["abuse"], given["language"] or "en")
        traced = Traced(ip=given["ip"], network=given["network"], country=given["country"], evidence=given["evidence"])
        return Pursuit(traced, host, told=given.get("told", False), named=given["named"])
