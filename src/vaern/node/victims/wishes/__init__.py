"""Survivors' wishes: removal by hashes made on their own device, a status by code, optional notification."""
