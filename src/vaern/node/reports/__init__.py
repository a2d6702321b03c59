"""Reports, from arrival to removal and outcome. `rules/` is the map; each folder beside it is a room with its files."""
