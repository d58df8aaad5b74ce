"""Permission classes for other frameworks, one module each; they ask ``permissions``."""
