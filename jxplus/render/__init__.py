"""An assessment is shown as a JSON record, as rows, and as pages."""
