"""What the press decides without Django: events and registrations, deadlines, the door, papers; one file a subject."""
