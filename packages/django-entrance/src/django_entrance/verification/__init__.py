"""From token text to ``Identity``, in one order that ``identify`` shows. Knows no Django."""
