"""NCMEC's reporting API, served for platforms: their clients send the same requests here, without the files."""
