"""The Python API: what `from smoot import …` gives. It needs no params.yaml and no workflow engine.

Each function is thin over the code that the stages run, and gives the same numbers. No stage imports it.
"""
