"""Where a child, and whoever worries, gets help: the help lines of each country."""
