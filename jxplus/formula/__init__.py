"""The formula language of a policy file: its syntax, its operators, its types, its evaluation and its SQL."""
