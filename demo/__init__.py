"""A sample newsroom served on loopback, so that everything runs without the internet."""
