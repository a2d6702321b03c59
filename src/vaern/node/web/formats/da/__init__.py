"""How dates and numbers are written: European, also in English."""
