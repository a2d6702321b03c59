"""What every room of the press needs: events and their papers, their pages, times of a place, names of codes."""
