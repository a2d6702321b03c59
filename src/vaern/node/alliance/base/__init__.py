"""What every room of this app needs: how indicators, periods and numbers are written on pages."""
