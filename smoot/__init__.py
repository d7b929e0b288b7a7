"""A reproducible benchmark of saliency-guided training methods."""

__version__ = "0.1.0"
