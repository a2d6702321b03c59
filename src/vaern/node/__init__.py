"""The node: the Django project that a hotline, a police desk, a platform's team or the alliance's secretariat runs.

It may use the engine; the engine never uses it. Every app has the same rooms (ARCHITECTURE.md): `models` what must
always be true, `rules` pure decisions, `acts` what the ledger can say of it, `actions` every write, `queries` every
read, `views` and `api` HTTP.
"""
