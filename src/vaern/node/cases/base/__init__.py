"""What every room of this app needs: a case locked, named, what it absorbed, and by which releases it came."""
