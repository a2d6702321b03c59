"""Help lines of each country, for children and for people who worry about their own thoughts."""
