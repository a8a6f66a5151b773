"""An import as a whole: read, put together with what is there, checked, published."""
