"""Requests of other countries that the central authority receives: taken in, decided on, executed, answered."""
