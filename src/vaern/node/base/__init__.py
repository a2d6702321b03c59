"""What every app builds on and what knows no app: transitions, sealing, SQL, jobs."""
