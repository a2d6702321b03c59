"""Clues: observations and assessments, and the countries that they point to."""
