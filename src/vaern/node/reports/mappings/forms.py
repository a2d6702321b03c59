"""Forms of mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaern.formats.mapping import MAX_BYTES, Mapping, mapping_of
from vaern.node.casework.forms import WorkForm
from vaern.node.ledger.rules import Why
from vaern.node.reports.base.faults import stored, worded
from vaern.node.reports.mappings.actions import Given
from vaern.node.reports.rules.mappings import MOST_DOCUMENTS
from vaern.node.web.fields import LineField, ManyFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import Fault
    from vaern.node.reports.models import SavedMappingVersion

KEEPING = (Why.ADMINISTRATION, Why.ASSESSMENT, Why.OTHER)


def said(fault: Fault) -> str:
    """Return path and text of a fault, in the reader's language."""
    where, what = worded(stored(fault))
    return f"{where}: {what}" if where else what


class WhyForm(WorkForm):
    """The reason for retiring a mapping, or for putting another version in use."""

    whys = KEEPING


class KeepForm(WorkForm):
    """The name under which a mapping is saved, the system whose documents it reads, and the reason."""

    whys: ClassVar[tuple[Why, ...]] = KEEPING
    name = LineField(label=_("Name"), max_length=80, help_text=_("How you choose it among others."))
    system = LineField(
        label=_("Source system"),
        max_length=120,
        help_text=_("Whose documents it reads, and which version of that system, if you know it."),
    )
    field_order: tuple[str, ...] = ("name", "system", "why", "words")

    def given(self, mapping: Mapping) -> Given:
        """Return the contents to save."""
        return Given(self.cleaned_data["name"], self.cleaned_data["system"], mapping)


class TextForm(KeepForm):
    """A mapping as text or as a file; tried on a sample before it is saved.

    Args:
        trying: it is only tried, so neither a name nor a reason is required.
    """

    content = forms.CharField(
        label=_("Mapping, as JSON"),
        required=False,
        max_length=2 * MAX_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "code"}),
        help_text=_("The file that the command vaern report read --mapping reads."),
    )
    file = forms.FileField(
        label=_("Or choose the file"),
        required=False,
        max_length=200,
        help_text=_("It takes the place of the text."),
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )
    sample_file = forms.FileField(
        label=_("A sample document"),
        required=False,
        max_length=200,
        help_text=_("One or two reports as the other system exports them. It is tried here, and not kept."),
    )
    field_order: tuple[str, ...] = ("content", "file", "sample_file", "name", "system", "why", "words")

    mapping: Mapping | None = None

    def __init__(self, *args: Any, trying: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if trying:
            for name in ("name", "system", "why"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Parse the mapping; report each fault with its path."""
        cleaned = super().clean()
        text = cleaned.get("content", "")
        if not text.strip():
            self.add_error("content", _("Write the mapping, or choose its file."))
            return cleaned
        found = mapping_of(text)
        if isinstance(found, Mapping):
            self.mapping = found
        else:
            self.add_error("content", ValidationError([said(fault) for fault in found]))
        return cleaned


class BringInForm(WorkForm):
    """Documents to import, and the mapping to read them by.

    Args:
        versions: the mappings that can be chosen.
    """

    mapping = forms.ChoiceField(label=_("Mapping"))
    documents = ManyFiles(
        label=_("Documents"),
        max_length=200,
        help_text=_("As the other system exported them. Each is kept as it came, with its report."),
    )
    field_order = ("mapping", "documents", "why", "words")

    def __init__(self, *args: Any, versions: Sequence[SavedMappingVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {str(one.mapping_id): one for one in versions}
        self.fields["mapping"].choices = [  # type: ignore[attr-defined]
            (id, f"{one.name} – {one.system}") for id, one in self.versions.items()
        ]

    def clean_documents(self) -> list[Any]:
        """Refuse more documents than may be imported at once."""
        found: list[Any] = self.cleaned_data["documents"]
        if len(found) > MOST_DOCUMENTS:
            raise ValidationError(_("At most %(n)s documents at once."), params={"n": MOST_DOCUMENTS})
        return found

    @property
    def version(self) -> SavedMappingVersion:
        """The version that was chosen."""
        return self.versions[self.cleaned_data["mapping"]]
