"""Searching by words, or by their beginnings, in any order: what PostgreSQL's own text search finds by an index.

Trigrams (pg_trgm) would find the middle of words too, but the embedded server does not bring them.
"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Func, Value

WORDS = re.compile(r"[^\W_]+")
MOST_WORDS = 8


def words_of(*fields: str) -> SearchVector:
    """Return the words of some columns as the index and every search know them: also those of a mail address."""
    signs = "@.-_+/'’"
    spaces, text = Value(" " * len(signs)), models.TextField()
    apart = (Func(F(field), Value(signs), spaces, function="translate", output_field=text) for field in fields)
    return SearchVector(*apart, config="simple")


def words_query(search: str) -> SearchQuery | None:
    """Return the query that finds all these words, each by its beginning; None where nothing is searched for."""
    words = WORDS.findall(search.lower())[:MOST_WORDS]
    return SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple") if words else None
