"""Assessments, second views, disputes, and what a person decides where the law stops a report."""
