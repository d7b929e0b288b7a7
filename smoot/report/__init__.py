"""The report stage: what the cells of the current grid say, as a page, as tables and as figures."""
