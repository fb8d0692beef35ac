"""Litestar controllers, one noun a file: HTTP only."""
