"""The fetch stage: puts a data set on disk in the form that every later stage reads."""
