"""Training methods. A component is `Params`, the schema of its block, and `Method`: see `smoot.training.method`."""
