"""Other nodes: met by a card, confirmed by two voices, agreed with, suspended, ended; their organisations."""
