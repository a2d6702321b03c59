"""Drafts: unsaved form input, kept sealed for its author for a few days and restored into its form."""
