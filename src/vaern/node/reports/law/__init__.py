"""The law that a desk acts on: legal grounds and schemes as dated data, legal reviews, and lapses."""
