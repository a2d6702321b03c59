"""Licensed viewing stations: registered by two people, given work packages, and answering what was found."""
