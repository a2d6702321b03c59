"""How a node runs: configuration, database, logs, measures, and the processes of `vaern serve`."""
