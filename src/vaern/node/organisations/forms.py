"""The forms of the directory, of people, keys and one's own account. They check what was typed; rules decide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Why
from vaern.node.organisations import labels, rules
from vaern.node.organisations.models import Member, Person
from vaern.node.organisations.rules import OrganisationKind, Permission, Regime, Role
from vaern.node.web.fields import LineField
from vaern.node.web.lists import Choice, Filters, Words
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY = timedelta(days=1)
WHYS = (Why.ADMINISTRATION, Why.DATA_SUBJECT, Why.OTHER)
"""Why an account is changed."""


class PeopleFilters(Filters):
    """What an address asks of the list of people."""

    q = Words()
    role = Choice(Role)
    state = Choice(("active", "closed", "review"))


class DirectoryFilters(Filters):
    """What an address asks of the directory."""

    q = Words()
    kind = Choice(OrganisationKind)
    country = Words()
    node = Words(longest=253)


def language_field() -> forms.ChoiceField:
    """Return the choice of a language."""
    return forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)


class MemberForm(forms.ModelForm):
    """A country of the alliance."""

    class Meta:
        model = Member
        fields = ("code", "name", "name_da")
        labels = {
            "code": _("Code (ISO 3166-1)"),
            "name": _("Name in English"),
            "name_da": _("Name in Danish"),
        }

    def clean_code(self) -> str:
        """Ask for two letters."""
        code = str(self.cleaned_data["code"]).upper()
        if len(code) != 2 or not code.isascii() or not code.isalpha():
            raise forms.ValidationError(_("A country’s code has two letters."))
        return code


class OrganisationForm(forms.Form):
    """An organisation that is there already; its kind stays."""

    name = LineField(label=_("Name"), max_length=200)
    regime = forms.ChoiceField(label=_("Legal regime"), choices=list(labels.REGIMES.items()), widget=forms.RadioSelect)
    member = forms.ModelChoiceField(
        label=_("Country"),
        queryset=Member.objects.order_by("name"),
        required=False,
        empty_label=_("None: international"),
    )


class NewOrganisationForm(OrganisationForm):
    """A new organisation and, if wished, its first administrator."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(labels.KINDS.items()))
    administrator = LineField(label=_("First administrator’s name"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("First administrator’s mail address"),
        required=False,
        help_text=_("An invitation goes there. Without it, nobody of the organisation can sign in yet."),
    )
    language = language_field()
    field_order = ("name", "kind", "regime", "member")

    def clean(self) -> dict[str, Any]:
        """Ask for the name that belongs to an address."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("email") and not cleaned.get("administrator"):
            self.add_error("administrator", _("Say who it is."))
        return {
            **cleaned,
            "kind": OrganisationKind(cleaned["kind"]) if cleaned.get("kind") else None,
            "regime": Regime(cleaned["regime"]) if cleaned.get("regime") else None,
        }


class RolesForm(forms.Form):
    """The roles of somebody, among those that exist in the organisation."""

    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, kind: OrganisationKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        here = [role for role in Role if kind in rules.ROLES[role].kinds]
        self.fields["roles"].choices = [(role.value, labels.ROLES[role]) for role in here]  # type: ignore[attr-defined]

    def clean_roles(self) -> frozenset[Role]:
        """Refuse roles that nobody holds together."""
        found = frozenset(Role(role) for role in self.cleaned_data["roles"])
        if problem := rules.problem_with_roles(found, self.kind):
            raise forms.ValidationError(labels.PROBLEMS[problem])
        return found


class ChangeRolesForm(RolesForm, ReasonForm):
    """The roles of somebody who has some, and why they change."""

    field_order = ("roles", "why", "words")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        initial = {"roles": person.roles, "why": Why.ADMINISTRATION.value}
        super().__init__(*args, initial=initial, whys=WHYS, **kwargs)


class InviteForm(RolesForm):
    """Somebody who is invited."""

    name = LineField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("Mail address"), max_length=254)
    language = language_field()
    field_order = ("name", "email", "roles", "language")


class AcceptForm(forms.Form):
    """The password of somebody who was invited."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Twelve characters or more. Several words are easier to remember than signs."),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Hold the password to the rules of the node."""
        cleaned = super().clean() or self.cleaned_data
        if "password" in cleaned and "again" in cleaned:
            if cleaned["password"] != cleaned["again"]:
                self.add_error("again", _("The two passwords differ."))
            try:
                validate_password(cleaned["password"], self.person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class FirstForm(AcceptForm):
    """The node's own organisation and its first administrator."""

    organisation = LineField(label=_("Name of your organisation"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of organisation"), choices=list(labels.KINDS.items()))
    regime = forms.ChoiceField(label=_("Legal regime"), choices=list(labels.REGIMES.items()), widget=forms.RadioSelect)
    name = LineField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("Your mail address"), max_length=254)
    field_order = ("organisation", "kind", "regime", "name", "email")

    @property
    def own_organisation(self) -> dict[str, Any]:
        """What was said of the organisation."""
        return {name: self.cleaned_data[field] for name, field in _OWN_ORGANISATION.items()}


_OWN_ORGANISATION = {"name": "organisation", "kind": "kind", "regime": "regime"}


class KeyForm(forms.Form):
    """A new API key."""

    name = LineField(label=_("What is it for?"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself. If you lose a permission, so does the key."),
    )
    purpose = LineField(
        label=_("Purpose of its look-ups"),
        max_length=100,
        required=False,
        help_text=_(
            "Such as “upload”. The ledger has it for each look-up that says none: clients of other services cannot say "
            "one. Empty: the kind of service of your policy."
        ),
    )
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A year at most."),
    )

    def __init__(self, *args: Any, may: Iterable[Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = [scope for scope in Permission if scope in frozenset(may) & rules.KEY_SCOPES]
        self.fields["scopes"].choices = [(scope.value, labels.PERMISSIONS[scope]) for scope in scopes]  # type: ignore[attr-defined]
        if Permission.LOOKUP_ASK not in scopes:
            del self.fields["purpose"]

    def clean_scopes(self) -> frozenset[Permission]:
        """Return the permissions."""
        return frozenset(Permission(scope) for scope in self.cleaned_data["scopes"])

    def clean(self) -> dict[str, Any]:
        """Turn the last day into the time that the key lasts."""
        cleaned = super().clean() or self.cleaned_data
        if until := cleaned.get("until"):
            lasts = (until - timezone.localdate()) * 1.0
            if not DAY <= lasts <= rules.LONGEST_KEY:
                self.add_error("until", labels.PROBLEMS[rules.KEY_TOO_LONG])
            cleaned["lasts"] = lasts
        return cleaned


class AdminSessionForm(forms.Form):
    """A reasoned, short time of sight."""

    reason = forms.CharField(
        label=_("Why do you need to see casework?"),
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Oversight reads this at once. No names of victims, no description of material."),
    )
    minutes = forms.TypedChoiceField(
        label=_("For how long?"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[(15, _("A quarter of an hour")), (60, _("One hour")), (120, _("Two hours")), (240, _("Four hours"))],
        initial=15,
    )

    @property
    def lasts(self) -> timedelta:
        """For how long."""
        return timedelta(minutes=self.cleaned_data["minutes"])


class ProfileForm(forms.ModelForm):
    """One's own name and language."""

    language = language_field()

    class Meta:
        model = Person
        fields = ("name", "language")
        field_classes = {"name": LineField}
        labels = {"name": _("Name")}
