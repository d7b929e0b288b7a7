"""The `smoot` command, one file a command."""

from smoot.cli.app import app

__all__ = ["app"]
