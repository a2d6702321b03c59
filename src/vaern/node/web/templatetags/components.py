"""The components that every page is made of, as template tags."""

from __future__ import annotations

from django import template

register = template.Library()
