"""What a report computes of what it has read: comparisons, claims, controls, and whether metrics can be believed."""
