"""What comes of other nodes about series: the kinds of message, and what takes each in."""
