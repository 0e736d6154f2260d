"""The match threshold that separates match from no match."""
