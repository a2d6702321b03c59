"""Django commands with changed behaviour."""
