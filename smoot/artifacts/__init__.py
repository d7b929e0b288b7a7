"""What the stages hand each other: where it lies, and what is in it."""
