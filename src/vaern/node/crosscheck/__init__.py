"""Who else works on this: keyed values of many organisations, meetings, reveals, the cross-check desk."""
