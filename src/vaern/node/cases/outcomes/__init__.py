"""What came of a case, and its way home to whoever reported."""
