"""NCMEC's reporting API, served for platforms: their clients send here what they send there, without the files."""
