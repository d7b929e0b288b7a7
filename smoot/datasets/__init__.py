"""Data sets. A component is `CARD`, `Params`, `load` and `where`.

`CARD` is a `smoot.data.contract.DatasetCard`, `Params` a `DatasetParams`. `load(params)` returns a `Dataset` with all
training images, whatever `params.train` is, which `smoot.data.load_entry` sees to. It raises `UnavailableError` where
the data are neither on this machine nor can be downloaded. `where()` says where on this machine they are, or None.
A field of `Params` without a default has `examples`: the tests take the first.

A project keeps its own ones in `components/datasets/NAME.py`, beside its params.yaml.
"""
