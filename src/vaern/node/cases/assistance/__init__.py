"""Legal assistance: which instrument reaches whom, requests, and the clocks behind which evidence is lost."""
