"""What the law of a country asks of whoever is notified there, as rows of law: dated, sourced, verified, then cited."""
