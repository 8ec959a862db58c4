"""Engines behind one contract, and what they heard."""
