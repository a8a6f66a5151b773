"""Which header means which field, and how its values are spelled: the TOML mapping, saved, ready or worked out."""
