"""jxplus: what a policy plan pays one enterprise, clause by clause, exact to the fen, with the section of each amount."""

__version__ = "0.1.0"
