"""Whether two reports have read the same."""

from dataclasses import fields

import pandas as pd

from smoot.report.evidence.evidence import Evidence


def same(evidence: Evidence, other: Evidence) -> None:
    """Tables to the last bit, types, and orders; not the galleries."""
    for field in fields(Evidence):
        first, second = getattr(evidence, field.name), getattr(other, field.name)
        if isinstance(first, pd.DataFrame):
            # Text of two types, as a table was made: of no concern here.
            first, second = first.infer_objects(), second.infer_objects()
            pd.testing.assert_frame_equal(first, second, check_exact=True, obj=field.name)
        elif field.name != "galleries":
            assert first == second, field.name
            if isinstance(first, dict):
                assert list(first) == list(second), field.name
