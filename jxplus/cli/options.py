"""The options that several commands share, and what they mean."""

from typing import Annotated

import typer

Lang = Annotated[str, typer.Option("--lang", metavar="zh|en", help="Language of the output. The locale's by default.")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="DATE", help="Calculate as of this day, such as 2016-06-30.")]
Policies = Annotated[
    str, typer.Option("--policies", metavar="FILE", help="Another policy file than the one that ships.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FACT=VALUE", help="State a fact, in place of the file's. May be repeated."),
]
Readings = Annotated[
    list[str] | None,
    typer.Option("--reading", metavar="CLAUSE=READING", help="Choose one reading of a clause. May be repeated."),
]
Every = Annotated[bool, typer.Option("--all", help="Also the clauses that pay nothing.")]
