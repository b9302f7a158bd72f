"""The official text of a plan: its sections and the figures in them."""
