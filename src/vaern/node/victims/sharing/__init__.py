"""Dissemination to other desks, hash checks, outcomes (identified, safeguarded, closed), and updates to others."""
