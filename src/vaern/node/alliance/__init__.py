"""The alliance: its frame, members, commitments, meetings and indicators, and how far its members are."""
