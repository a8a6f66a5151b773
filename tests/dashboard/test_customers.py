"""Downloads of customers."""

from dashboard.customers import file_name


def test_names_of_downloads_can_not_be_guessed() -> None:
    names = {file_name("rfm") for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("clientele-rfm-") and name.endswith(".csv") for name in names)
