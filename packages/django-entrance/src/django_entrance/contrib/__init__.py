"""Adapters for other frameworks, a module or package each; they ask ``callers`` and ``permissions``."""
