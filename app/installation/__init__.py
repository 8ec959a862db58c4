"""What all processes of one installation agree on, wherever they run."""
