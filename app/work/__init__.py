"""The durable engine: queue, leases, recovery and supervision; it knows workflows by name only."""
