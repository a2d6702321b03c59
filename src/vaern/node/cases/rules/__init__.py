"""Pure decisions of this app, one file a subject, without Django; `case` has the life of a case."""
