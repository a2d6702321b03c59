"""Registrations by mail: a process that listens to SMTP, reads any charset, and registers who wrote, once."""
