"""The public form, the receipt and the two-way dialogue: anonymous; nothing of the reporter is stored."""
