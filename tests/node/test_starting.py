"""The node starts: the settings hold, and the checks pass."""

from __future__ import annotations

from django.core.management import call_command


def test_checks_pass() -> None:
    call_command("check", fail_level="WARNING")
