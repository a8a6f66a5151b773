"""What describes the customers of a segment: marks of each customer by axis, compared with the rest."""
