"""Registrations by mail: an SMTP listener that reads any charset and registers each sender once."""
