"""The press: accredited journalists, from the invitation to the door. Independent of casework and of the alliance."""
