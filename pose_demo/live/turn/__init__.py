"""TURN relays: where their credentials come from, and whether a relay works. Used by the page and the command line."""
