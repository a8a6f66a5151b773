"""How personas are found and described: behaviour, the space it is compared in, clusters, names and roles."""

# Of fewer buyers no personas are made.
FEWEST = 60
