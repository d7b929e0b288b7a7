"""Models: any classifier that timm can make, ours registered with it."""
