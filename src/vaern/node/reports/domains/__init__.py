"""Domains for access providers: asked for, seconded, confirmed by a second country; the zone, and the stop page."""
