"""Makes, signs and verifies tokens, and holds the emulator that issues them, with what it remembers."""
