"""How sign-in (django-allauth) behaves here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: people are invited."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names people as we do."""
