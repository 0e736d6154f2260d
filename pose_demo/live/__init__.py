"""Live streams: the state shared between threads, frame-rate control, and the machine's cores and memory."""
