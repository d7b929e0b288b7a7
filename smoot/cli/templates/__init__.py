"""Components to start from. `smoot new` writes a copy of one, with a name of its own in the place of NAME."""
