"""Who read what, why, by person, record and time; the answer to a data subject."""
