"""`smoot code`: what code each stage runs."""


def code() -> None:
    """List the code that each stage runs into results/code/, for the engines to compare."""
    from smoot.artifacts.paths import CODE
    from smoot.core.params_file import read_params
    from smoot.engines.code import write_listings

    raw = read_params()
    try:
        write_listings(raw, CODE)
    except (AttributeError, KeyError, TypeError, SyntaxError):
        # Blocks or components of another form than they should have. DVC runs this each time, so it checks only where
        # it fails.
        from smoot.settings.validation import validate

        validate(raw)
        raise
