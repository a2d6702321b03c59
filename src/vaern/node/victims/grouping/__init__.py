"""Findings and items of reports become members of series: who belongs together, by which link, and what people say."""
