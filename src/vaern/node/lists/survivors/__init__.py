"""Lists whose entries are what survivors wish: made of confirmed wishes by the node, and by nobody's hand."""
