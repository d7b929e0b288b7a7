"""What every stage shares: parameter blocks, paths, files, seeds, devices, progress."""
