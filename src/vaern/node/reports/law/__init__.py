"""The law that a desk acts on: legal grounds and schemes as dated data, what they stop, and what lapses."""
