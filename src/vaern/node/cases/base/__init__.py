"""What every room of this app needs: a case locked, found, named, what it absorbed, and the parts of its page."""
