"""Training methods. A component is `Params`, the schema of its entry, and `Method`; its docstring begins with its name.

All that it needs is in `smoot.training.method`. `noise` is a short one with a loss of its own. A field of `Params`
without a default has `examples`: the tests take the first.

The tests of every method hold it to this: the forward passes are in the run's precision and the losses in full
(`context.logits`); label smoothing is of the loss (`context.objective`), or is refused by a SmootError that names
label_smoothing; random numbers are of generators of its own (`context.draw`); all weights get gradients; a step waits
for no number of the device (`machine.fetch` gives it to the next); several processes train as one does.

`create_graph=True` for a penalty on gradients (`gradient_penalty`), several backward passes (`mask_sub`), passes beside
the training pass in `undisturbed(model)` (`_adversarial`), the objects' places (`right_reasons`), and a network that is
changed before training (`smoothed_adversarial`) work alike for one process and for several. torch comes from
`smoot.core.lazy`, and no function of it is needed to import the file: checking params.yaml should not pay for torch. A
file that begins with "_" is a helper of methods.

A project keeps its own ones in `components/methods/NAME.py`, beside its params.yaml.
"""
