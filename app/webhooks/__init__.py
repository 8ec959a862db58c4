"""Tells call centres' programs by signed HTTP requests when a call is judged."""
