"""Schemes, legal grounds, assessments, second views, disputes."""
