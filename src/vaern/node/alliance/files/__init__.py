"""Files that leave the alliance's pages and come back: spreadsheets, open data and statistics. Pure; no Django."""
