"""Ministerial meetings: agenda, papers, attendance, decisions, and minutes that stay as they were approved."""
