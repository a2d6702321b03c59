"""What the cross-check decides without Django: keys, identifiers, disclosures, countries; one file a subject."""
