"""Interoperability tests: unmodified, pinned clients of other projects complete their flows against entra-double."""
