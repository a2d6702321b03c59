"""The evidence register: what there is, where it lies, who held it; bags for a court, with a time stamp."""
