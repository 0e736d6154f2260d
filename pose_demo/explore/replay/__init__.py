"""Run the networks on a clip once, and replay everything behind them with any settings."""
