"""What a reader is told of params.yaml: of each key its type, range, default and meaning, by the schemas themselves."""
