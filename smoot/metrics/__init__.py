"""Metrics. A component is `ABOUT`, `Params` and `score`.

`ABOUT` is a `smoot.scoring.metric.About`, or `about(params)` returns one where it depends on the parameters;
`score(subject, params)` returns `Scores`, a value an image, or raises `NotApplicableError`. Images whose map is
constant never reach it, unless it is a metric of the model.
"""
