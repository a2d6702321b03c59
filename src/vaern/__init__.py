"""Værn: the open system of an alliance of countries against child sexual abuse online.

This package is the engine: it recognises known material in place, exactly and fast. It holds no
network code and no classifier; it never shows, stores or sends what a picture shows.
"""

__version__ = "0.1.0"
