"""The train stage: one cell of the grid, from its data to a trained model."""
