"""`jxplus schema`: the JSON Schema of an enterprise file, for editors."""

import typer

from jxplus.cli import emit, inputs, language, options, refuse
from jxplus.fault import Refused

app = typer.Typer(add_completion=False)


@app.command()
def schema(lang: options.Lang = "", policies: options.Policies = "") -> None:
    """Print the JSON Schema of an enterprise file, with which an editor completes and checks one."""
    try:
        policy = inputs.policy_of(policies)
    except Refused as refused:
        refuse(refused, language(lang))
    from jxplus.render.record import json_page
    from jxplus.schema import enterprise_schema

    emit(json_page(enterprise_schema(policy)))
