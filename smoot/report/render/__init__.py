"""Sections as HTML, Markdown and TeX."""
