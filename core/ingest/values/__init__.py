"""From text to money, dates, times and currencies, with every value that is not one named."""
