"""Findings and report items become members of series: by links between files, and by what people decide."""
