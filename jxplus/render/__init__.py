"""How an assessment is shown: as a JSON record and rows, on a terminal, in files."""
