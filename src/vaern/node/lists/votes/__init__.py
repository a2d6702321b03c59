"""Votes on entries: blind to each other, counted on yes or no across countries and on a class inside one scheme."""
