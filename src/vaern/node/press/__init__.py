"""The press: accredited journalists, from the invitation to the door. Knows no casework and nothing of the alliance."""
