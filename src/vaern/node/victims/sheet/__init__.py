"""The work list of series, and the page of one: state and next step, members, clues, graph, timeline, what is new."""
