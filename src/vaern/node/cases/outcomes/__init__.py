"""Outcomes of cases, and their way back to whoever reported."""
