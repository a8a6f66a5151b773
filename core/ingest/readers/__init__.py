"""From bytes of any format to a table of text cells, each with its row number in the file."""
