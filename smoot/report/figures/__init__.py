"""The report's figures, one file each: a function that takes tidy tables and a `Look` and returns a matplotlib figure,
or None without data. `canvas` lays out, `svg` writes.
"""
