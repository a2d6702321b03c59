"""What a scan found, brought into the node as hashes and metadata: the first casework."""
