"""What every stage shares: the parameter file, components, files, seeds, devices, progress."""
