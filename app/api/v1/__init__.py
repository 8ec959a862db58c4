"""The first version of the JSON interface."""
