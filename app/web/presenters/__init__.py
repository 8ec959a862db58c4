"""What the templates print: pure functions from the services' values to plain view values."""
