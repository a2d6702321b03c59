"""Press events: only accredited journalists, by a deadline. It knows no casework (an import contract holds it)."""
