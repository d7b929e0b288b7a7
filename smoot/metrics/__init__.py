"""Metrics. A component is `INFO`, `KNOWN_ANSWER`, `Params` and `score`.

`INFO` is a `smoot.artifacts.metric_info.MetricInfo`, or `info(params)` returns one where it depends on the parameters.
It says all that a reader is told of the metric: what it measures, its formula, range, paper and deviations.
`KNOWN_ANSWER` is a `smoot.scoring.known_answer.KnownAnswer`, a score that is known beforehand, or None if none is.
The tests of every metric hold it to its range, its cost and its known answer.
`Params` is a `smoot.scoring.metric.MetricParams`, with the parameters of its own.
`score(subject, params)` returns `Scores` for the subject's n images: a value each, curves if it has any, and the
summaries that its `INFO` declares; or it raises `NotApplicableError`, or `UndefinedError`. Images whose map is constant
never reach it, unless it is a metric of the model.
`calls(params)`, of a generic metric alone, is the name of what it calls: other names are other metrics, and no other
settings of this one.
A field of `Params` without a default has `examples`: the tests take the first.
Checking params.yaml imports all metrics that it names: what takes long to import is imported in `score`.

A project keeps its own ones in `components/metrics/NAME.py`, beside its params.yaml.
"""
