"""What survivors wish: removal by hashes from their own device, a status without retelling, whether they are told."""
