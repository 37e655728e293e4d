"""A sample newsroom served on loopback, so that everything runs without the internet."""

from demo.newsroom import plan
from demo.server import serve

__all__ = ["plan", "serve"]
