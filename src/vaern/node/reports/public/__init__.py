"""The public form, the receipt and the two-way dialogue: anonymous, and nothing of the reporter is kept."""
