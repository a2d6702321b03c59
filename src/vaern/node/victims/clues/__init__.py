"""Clues: what was observed and what somebody concludes, and the countries that they point to."""
