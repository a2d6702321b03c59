"""Pure decisions of this app, one file a subject; `case` has the life of a case. No Django: a contract holds it."""
