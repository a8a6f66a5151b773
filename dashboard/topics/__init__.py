"""From an analysis' result to figures and words: what a page and the overview share of a topic, one module an analysis."""
