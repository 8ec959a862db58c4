"""A call and its recording: received once, kept, found."""
