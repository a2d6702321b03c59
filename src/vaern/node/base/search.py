"""Full-text search by whole words or prefixes, in any order, through an index of PostgreSQL's text search.

Trigrams (pg_trgm) would also match inside words, but the embedded server lacks that extension.
"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Func, Value

WORDS = re.compile(r"[^\W_]+")
MOST_WORDS = 8


def words_of(*fields: str) -> SearchVector:
    """Return the text-search vector of some columns, for the index and every search; splits mail addresses too."""
    signs = "@.-_+/'’"
    spaces, text = Value(" " * len(signs)), models.TextField()
    apart = (Func(F(field), Value(signs), spaces, function="translate", output_field=text) for field in fields)
    return SearchVector(*apart, config="simple")


def words_query(search: str) -> SearchQuery | None:
    """Return the query that matches all words as prefixes; None if there are no words."""
    words = WORDS.findall(search.lower())[:MOST_WORDS]
    return SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple") if words else None
