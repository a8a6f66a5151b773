"""From understood columns to the clean tables: order lines with their rules, attributes, and events."""
