"""An entry of params.yaml for any component: by its defaults, and by the example of what has none."""

from smoot.core import components


def example(kind: str, name: str, /, **arguments) -> components.Entry:
    """The component's entry with `arguments`. A field without a default has to have `examples`: the first is taken."""
    fields = components.load(kind, name).Params.model_fields
    needed = {key: field for key, field in fields.items() if field.is_required()}
    for key, field in needed.items():
        assert field.examples or key in arguments, f"{kind}: {name}: Params.{key} has no default: give it `examples`"
    examples = {key: field.examples[0] for key, field in needed.items() if field.examples}
    return components.Entry(kind, name, name, examples | arguments)
