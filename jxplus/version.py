"""The version of this release, which every record, page and query names."""

__version__ = "0.1.0"
