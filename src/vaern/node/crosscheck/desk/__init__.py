"""The cross-check desk: relates keyed values of many members, and sees no record."""
