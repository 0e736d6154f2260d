"""Turn models that the package registries hold into the files that the runtimes read; NumPy and flatbuffers suffice."""
