"""What goes to other nodes: written with the act, settled by a receipt."""
