"""Reports, from arrival to removal and outcome. `rules.py` is the map; each folder is a room with an app's files."""
