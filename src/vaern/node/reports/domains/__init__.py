"""Domain blocks for access providers: request, second, confirmation by another country, zone and stop page."""
