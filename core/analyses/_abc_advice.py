"""What to do with each cell of the matrix, as keys."""

from core.analyses._abc_params import Of

# The kinds of demand of Syntetos and Boylan beside X, Y and Z: regular in time and size, in time alone, in neither.
_LIKE = {"smooth": "X", "erratic": "Y", "intermittent": "Z", "lumpy": "Z"}
_CUSTOMERS = {
    **dict.fromkeys(("AX", "AY", "BX"), "individual_offer"),
    **dict.fromkeys(("AZ", "BZ", "CZ"), "seasonal_offer"),
    "BY": "grow",
    **dict.fromkeys(("CX", "CY"), "automate"),
}
_PRODUCTS = {
    **dict.fromkeys(("AX", "AY", "BX"), "always_in_stock"),
    **dict.fromkeys(("AZ", "BZ"), "seasonal_stock"),
    "BY": "safety_stock",
    **dict.fromkeys(("CX", "CY"), "automate"),
    "CZ": "on_demand",
}


def advice(abc: str, xyz: str, of: Of = "customers") -> str:
    """The key of what a cell calls for.

    Parameters
    ----------
    abc, xyz : str
        Codes of the cell.
    of : {"customers", "products"}

    Returns
    -------
    str
        Customers: individual_offer, seasonal_offer, grow, automate, welcome, win_back, check_returns. Products: always_in_stock,
        seasonal_stock, safety_stock, automate, on_demand, watch, review_range, check_returns.
    """
    customers = of == "customers"
    if abc == "nonpositive":
        return "check_returns"
    if xyz == "N":
        return "welcome" if customers else "watch"
    if xyz == "undefined":
        return "win_back" if customers else "review_range"
    return (_CUSTOMERS if customers else _PRODUCTS)[abc + _LIKE.get(xyz, xyz)]
