"""Who else works on this: keyed values of many organisations, meetings, disclosures, the cross-check desk."""
