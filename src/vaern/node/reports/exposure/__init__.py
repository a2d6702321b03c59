"""What people looked at: theirs, for their sake, and the truth behind a viewed flag."""
