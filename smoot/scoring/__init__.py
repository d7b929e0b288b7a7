"""The score stage: how interpretable a trained model is, by the attributions and metrics of a panel."""
