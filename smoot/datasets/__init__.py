"""Data sets. A component is `ABOUT`, `Params`, `load` and `where`.

`ABOUT` is a `smoot.data.dataset.About`; `load(params)` returns a `Dataset`, and raises `UnavailableError` where the
data are neither on this machine nor to be had; `where()` says where on this machine they are, or None.
"""
