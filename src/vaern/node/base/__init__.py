"""Shared foundations that depend on no app: transitions, sealing, SQL, jobs."""
