"""Training methods. A component is `Params`, the schema of its block, and `Method`, a `smoot.training.method.Method`."""
