"""Who holds the data: of each provider which company answers which country, and what it gives on what paper."""
