"""`jxplus schema` prints the JSON Schema of an enterprise file, for editors."""

from jxplus.cli import emit_data, inputs, language, options, refusing
from jxplus.cli.commands import command


@command(
    "jxplus schema > 企业.schema.json\njxplus schema --policies 方案.yaml",
    "jxplus schema > enterprise.schema.json\njxplus schema --policies plan.yaml",
)
def schema(lang: options.Lang = "", policies: options.Policies = None) -> None:
    """Prints the schema."""
    with refusing(language(lang)):
        policy = inputs.policy_of(policies)
    from jxplus.enterprise.schema import enterprise_schema
    from jxplus.render.record import json_page

    emit_data(json_page(enterprise_schema(policy)))
