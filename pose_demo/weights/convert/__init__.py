"""Conversion of models from package registries to .tflite and .task files, with NumPy and flatbuffers only."""
