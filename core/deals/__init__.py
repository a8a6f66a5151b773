"""Deals between firms: what the table says of them, how they are graded, and who brings the good ones."""
