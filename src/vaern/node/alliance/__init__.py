"""The alliance: its frame, members, commitments, indicators, meetings, and the truth about progress."""
