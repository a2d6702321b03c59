"""What this node, as a hub, holds of its members' records: keyed values, by numbers that mean nothing here."""
