"""What every kind of record of casework shares: scope, releases, reasons, history, drafts."""
