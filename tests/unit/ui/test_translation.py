"""The catalogues have every text of the page, and nothing but translations of them."""

import ast
import string

import pytest
from babel.messages.mofile import read_mo
from PIL import ImageFont

from docs import catalogues
from pose_demo.text_drawing import FONT
from pose_demo.ui import translation

LANGUAGES = [language for language in translation.LANGUAGES if language != "en"]


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def _entries(language):
    return [entry for entry in catalogues.read(language) if entry.id]


def _ids(entry):
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def _strings(entry):
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def test_every_text_of_the_page_is_translated(language):
    wanted = {_ids(entry) for entry in catalogues.template() if entry.id}
    assert wanted == {_ids(entry) for entry in _entries(language)}, "run `make texts`"
    assert not [entry.id for entry in _entries(language) if entry.fuzzy or not all(_strings(entry))]


def test_no_text_is_overlooked():
    """Babel does not look into f-strings before Python 3.12."""
    collected = {text for entry in catalogues.template() if entry.id for text in _ids(entry)}
    for path in sorted((catalogues.ROOT / "pose_demo").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            given = call.args[: {"tr": 1, "message": 1, "plural": 2}.get(name, 0)] if name else []
            texts = [it.value for it in given if isinstance(it, ast.Constant) and it.value]
            assert not set(texts) - collected, f"{path.name}:{call.lineno}"


def test_the_compiled_catalogue_is_that_of_the_translators(language):
    with catalogues.path(language, "mo").open("rb") as file:
        compiled = {_ids(entry): _strings(entry) for entry in read_mo(file) if entry.id}
    assert compiled == {_ids(entry): _strings(entry) for entry in _entries(language)}, "run `make texts`"


def test_the_catalogue_is_as_it_is_written(language):
    """Else an unrelated change would reorder it."""
    written = catalogues.po_bytes(catalogues.updated(language))
    assert written == catalogues.path(language).read_bytes(), "run `make texts`"


def _fields(text):
    """The placeholders with their formats."""
    return sorted((name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name)


def test_a_translation_has_the_placeholders_of_its_text(language):
    for entry in _entries(language):
        try:
            expected = _fields(_ids(entry)[-1])
        except ValueError:  # a text with braces, which is not formatted
            continue
        assert all(_fields(text) == expected for text in _strings(entry)), entry.id


def test_markdown_and_icons_stay(language):
    for entry in _entries(language):
        for mark in ("**", ":material/", ":orange[", ":small["):
            assert all(text.count(mark) == _ids(entry)[-1].count(mark) for text in _strings(entry)), entry.id


def test_the_font_has_every_character_of_the_words_in_the_image(language):
    texts = translation.catalogue(language)
    font = ImageFont.truetype(FONT, 40)
    missing = bytes(font.getmask("\U0010ffff"))
    for word in (*translation.overlay.WORDS, *translation.dance_overlay.WORDS, *translation.placeholder.WORDS):
        for character in set(texts.gettext(word)) - {" "}:
            assert bytes(font.getmask(character)) != missing, f"{character} of {texts.gettext(word)}: run `make font`"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("ko-KR", "ko"),
        ("ko", "ko"),
        ("ko_KR", "ko"),
        ("ko;q=0.9", "ko"),
        ("en-US", "en"),
        ("kok-IN", "en"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("<script>", "en"),
    ],
)
def test_the_first_known_language_is_taken(tags, expected):
    assert translation.first_known(tags) == expected


def test_an_unknown_choice_is_passed_over():
    assert translation.first_known(None, "xx", "ko-KR", "en") == "ko"


def test_outside_of_the_page_texts_are_english():
    assert translation.language() == "en" and translation.tr("Share") == "Share"
    assert translation.tr("{a} of {b}", a=1, b=2) == "1 of 2" and translation.tr("") == ""
