"""Attributions. A component is `Params` and `attribute`.

`attribute(model, images, labels, params)` returns how much each pixel speaks for the labelled class: a tensor
(N, C, H, W) or (N, 1, H, W) for images (N, C, H, W) and labels (N,), the model being in eval mode.
It raises `smoot.scoring.metric.NotApplicableError` where it says nothing about this model.
`COMPLETE = True` where the maps promise to sum to f_y(x) − f_y(0), 0 being the mean colour of the training images.
`NULL = True` where the maps say nothing of the model: noise, or what can be seen in the image without it.
A field of `Params` without a default has `examples`: the tests take the first.
It imports captum when it is called, and takes torch from `smoot.core.lazy`: checking params.yaml, which every command
does, should not pay for that.

A project keeps its own ones in `components/attributions/NAME.py`, beside its params.yaml.
"""
