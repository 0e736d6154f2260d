"""Make the font of the words in the image: the characters of their translations, from Noto Sans KR.

The whole font has 6 MB. ``make font`` runs it after the catalogues have changed.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from pose_demo.text_drawing import FONT
from pose_demo.ui.translation import IMAGE_WORDS, LANGUAGES, catalogue


def characters() -> str:
    """Every character of the words in the image, in all languages, and those of numbers and ASCII."""
    catalogues = [catalogue(language) for language in LANGUAGES]
    texts = [found.gettext(word) for found in catalogues for word in IMAGE_WORDS]
    return "".join(sorted({*string.printable, *"".join(texts)}))


def main() -> None:
    font = TTFont(Path(sys.argv[1]))
    options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True, name_IDs=["*"])
    reducer = subset.Subsetter(options)
    reducer.populate(text=characters())
    reducer.subset(font)
    font.save(FONT)
    print(f"{FONT.name}: {FONT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
