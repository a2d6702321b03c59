"""What comes of a hub: whom a record met elsewhere, what that other side says, to which country the signs point."""
