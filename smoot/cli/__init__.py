"""The `smoot` command."""

from smoot.cli import projects, stages, tools  # noqa: F401  (registers their commands)
from smoot.cli.app import app

__all__ = ["app"]
