"""Forwarding of reports to other organisations, outcomes returned to senders, and what a sender sees."""
