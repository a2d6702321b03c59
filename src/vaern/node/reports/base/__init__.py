"""What every room of reports needs: to find and lock a report, to read what it holds, and the parts of its page."""
