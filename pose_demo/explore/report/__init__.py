"""Results as files: CSV, Parquet, JSON and a report in HTML."""
