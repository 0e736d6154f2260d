"""All models that are available on this machine."""

from models import _folder_with_int8, every_model

__all__ = ["_folder_with_int8", "every_model"]
