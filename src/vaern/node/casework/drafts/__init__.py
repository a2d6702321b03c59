"""What was typed and not saved: kept sealed for its person for a few days, and put back into its form."""
