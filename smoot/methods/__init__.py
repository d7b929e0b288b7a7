"""Training methods. A component is `Params`, the schema of its entry, and `Method`; its docstring begins with its name.

All that it needs is in `smoot.training.method`. `noise` is a short one with a loss of its own.

`create_graph=True` for a penalty on gradients (`gradient_penalty`), several backward passes (`mask_sub`), passes beside
the training pass in `undisturbed(model)` (`adversarial`), and the objects' places (`right_reasons`) work alike for one
process and for several. torch comes from `smoot.core.lazy`, and no function of it is needed to import the file:
checking params.yaml should not pay for torch. A file that begins with "_" is a helper of methods.

A project keeps its own ones in `components/methods/NAME.py`, beside its params.yaml.
"""
