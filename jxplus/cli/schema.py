"""`jxplus schema` prints the JSON Schema of an enterprise file, for editors."""

import typer

from jxplus.cli import emit_data, inputs, language, options, refusing, words
from jxplus.cli.commands import Command, about

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    help=about("schema"),
    epilog=words(
        "jxplus schema > 企业.schema.json\njxplus schema --policies 方案.yaml",
        "jxplus schema > enterprise.schema.json\njxplus schema --policies plan.yaml",
    ),
)
def schema(lang: options.Lang = "", policies: options.Policies = None) -> None:
    """Prints the schema."""
    with refusing(language(lang)):
        policy = inputs.policy_of(policies)
    from jxplus.enterprise.schema import enterprise_schema
    from jxplus.render.record import json_page

    emit_data(json_page(enterprise_schema(policy)))
