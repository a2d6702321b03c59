"""Pure decisions of this app, one file a subject, without Django; `commitments` and `meetings` have the lives."""
