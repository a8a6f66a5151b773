"""Target segments: what each is worth, who is picked, who is held out, and what came of it."""
