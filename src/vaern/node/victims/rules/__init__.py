"""What is decided about series, appeals, clues, answers and wishes. Pure: no Django; one file a subject."""
