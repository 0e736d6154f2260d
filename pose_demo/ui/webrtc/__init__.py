"""The webcam stream over WebRTC."""
