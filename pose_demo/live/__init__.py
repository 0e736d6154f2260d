"""Live streams: the thread boundary, frame-rate control, and the machine's cores and memory."""
