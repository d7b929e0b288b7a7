"""What a report reads: records of runs and scores, and the tables of published reports."""
