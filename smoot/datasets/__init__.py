"""Data sets. A component is `Params`, `DESCRIPTION` and `load`.

`DESCRIPTION` is a dictionary with `title`, `classes` (their names, in the order of the labels), `source` and
`licence`; `load(params)` returns the splits "train", "val" and "test" as `smoot.data.store.Split`.
"""
