"""The law a node applies, as dated rows: every version, its source, and who verified it."""
