"""`smoot repro`: what `dvc repro` does, with the commands of stages that do not need each other side by side."""
