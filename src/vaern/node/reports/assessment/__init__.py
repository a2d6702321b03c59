"""Assessments, second views, disputes, and decisions on reports that the law stops."""
