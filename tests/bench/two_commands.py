"""The yardstick of a start: a Typer app of two commands that prints a table or JSON and does nothing else."""

import typer

app = typer.Typer()
ROWS = 34


@app.command()
def calc(file: str, form: str = typer.Option("table", "--format"), every: bool = typer.Option(False, "--all")) -> None:
    """Print as many rows as the plan has clauses."""
    if form == "json":
        import json

        print(
            json.dumps(
                [{"clause": f"clause-{row}", "section": "六(二)", "low": row, "high": row} for row in range(ROWS)]
            )
        )
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=file)
    for heading in ("Section", "Entitlement", "Amount"):
        table.add_column(heading)
    for row in range(ROWS):
        table.add_row("六(二)", f"Entitlement number {row} under the plan", f"{row * 10_000:,.2f}")
    Console().print(table)


@app.command()
def check(file: str) -> None:
    """Print the file's name."""
    print(file)


if __name__ == "__main__":
    app()
