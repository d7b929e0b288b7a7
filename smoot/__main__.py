"""`python -m smoot` is the `smoot` command."""

from smoot.cli import app

if __name__ == "__main__":
    app()
