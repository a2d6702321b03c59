"""Labels for codes that every room shows."""

from __future__ import annotations

from django.utils.translation import get_language_info


def language_name(code: str) -> str:
    """Return the name of a language (BCP 47), or its code where Django knows none."""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code
