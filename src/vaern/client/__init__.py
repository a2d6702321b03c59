"""Clients of other people's services, and of Værn's own look-up service: what in the engine opens a connection.

`http` asks and says what went wrong; `desks` takes reports to a node; `ncmec`, `stopncii` and `threatexchange` fetch
lists and send opinions. Each yields entries and problems through the readers of `vaern.formats`, and gives back a
checkpoint that the caller keeps.
The room needs `pip install vaern[client]`, apart from `desks`; it knows neither the node nor a database.
"""
