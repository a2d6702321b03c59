"""Forms of merges, splits and moves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.victims.grouping import queries
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Signal

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series

MOST_NUMBERS = 5_000
KIND_OF = {length: kind for kind, length in DIGEST_KINDS.items()}


class OtherSeriesForm(WorkForm):
    """Another series, by its code."""

    code = forms.CharField(label=_("Code of the other series"), max_length=9)
    field_order = ("code", "why", "words")

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer

    def clean_code(self) -> Series:
        """Return the series of that code."""
        found = queries.by_code(self._viewer, self.cleaned_data["code"])
        if found is None:
            raise ValidationError(_t("Your organisation has no series of this code."))
        return found


class SplitForm(WorkForm):
    """Which files go into a series of their own."""

    numbers = forms.CharField(
        label=_("Numbers of the files"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As the list of files shows them, such as: 12, 15-20"),
    )
    field_order = ("numbers", "why", "words")

    def clean_numbers(self) -> list[int]:
        """Return the numbers, with ranges expanded."""
        found: set[int] = set()
        for part in re.split(r"[\s,;]+", self.cleaned_data["numbers"].replace("#", "").strip()):
            match = re.fullmatch(r"(\d{1,15})(?:-(\d{1,15}))?", part)
            if match is None:
                raise ValidationError(_t("Write numbers and ranges, such as: 12, 15-20"))
            first, last = int(match[1]), int(match[2] or match[1])
            if last - first + len(found) >= MOST_NUMBERS:
                raise ValidationError(_t("Choose fewer files at once."))
            found.update(range(first, last + 1))
        return sorted(found)


class HashesForm(WorkForm):
    """Hashes of one file, one a line."""

    hashes = forms.CharField(
        label=_("Hashes of one file"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Hexadecimal, one a line: MD5, SHA-1 or SHA-256; before a PDQ write pdq."),
    )
    field_order = ("hashes", "why", "words")

    def clean_hashes(self) -> list[Signal]:
        """Return the hashes as signals."""
        return [_signal(line.split()) for line in self.cleaned_data["hashes"].splitlines() if line.strip()]


def _signal(parts: list[str]) -> Signal:
    try:
        value = bytes.fromhex(parts[-1])
    except ValueError:
        value = b""
    if len(parts) == 2 and parts[0].casefold() == "pdq" and len(value) == PDQ_BYTES:
        return Signal("pdq", value)
    if len(parts) == 1 and len(value) in KIND_OF:
        return Signal(KIND_OF[len(value)], value)
    raise ValidationError(_t("Each line is one hash in hexadecimal: 32, 40 or 64 characters, or pdq and 64."))
