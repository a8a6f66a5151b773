"""The sample data: an invented retailer, Brackenhall, whose customers' habits are known because they were planted."""
