"""Reports, from arrival to removal and outcome. `rules.py` is the map; each folder is a room with the files of an app."""
