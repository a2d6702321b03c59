"""Feedback on entries: whoever has a list contests one, its curator answers, and the answer is read."""
