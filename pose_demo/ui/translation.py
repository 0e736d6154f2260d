"""The page in the visitor's language, by gettext catalogues; `make texts` updates them."""

from __future__ import annotations

import functools
import gettext
import re
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pose_demo import dance_overlay, game_overlay, overlay
from pose_demo.live import placeholder
from pose_demo.messages import translated


class Language(NamedTuple):
    """A language of the page: its own name, and its locale in the Open Graph protocol."""

    title: str
    locale: str


LANGUAGES = {"en": Language("English", "en_US"), "ko": Language("한국어", "ko_KR")}
_DEFAULT = "en"
IMAGE_WORDS = (*overlay.WORDS, *dance_overlay.WORDS, *game_overlay.WORDS, *placeholder.WORDS)
LANGUAGE = "lang"  # the choice, in the session state and in the URL
_FOLDER = Path(__file__).with_name("locale")


def tr(text: object, /, **values: object) -> str:
    """A text of the page in the visitor's language.

    Args:
        text: a message id in English, or a message or an error of the package (see `pose_demo.messages`).
        values: of placeholders like ``{name}`` in the message id. Messages and errors among them are translated too.
    """
    texts = catalogue(language())
    found = translated(text, texts)
    if found is text and text:  # a message id
        found = texts.gettext(str(text))
    if values:
        return str(found).format(**{name: translated(value, texts) for name, value in values.items()})
    return str(found)


def image_words() -> dict[str, str]:
    """Translations of everything that is written in an image, by the English text; empty in English."""
    return dict(_image_words(language()))


@functools.cache
def _image_words(language: str) -> dict[str, str]:
    texts = catalogue(language)
    words = {text: texts.gettext(text) for text in IMAGE_WORDS}
    return {text: translation for text, translation in words.items() if translation != text}


def language() -> str:
    """The visitor's language, a key of `LANGUAGES`: chosen on the page or in the URL, else that of the browser."""
    if get_script_run_ctx(suppress_warning=True) is None:  # not in a script run of the page
        return _DEFAULT
    return first_known(st.session_state.get(LANGUAGE), st.query_params.get(LANGUAGE), st.context.locale)


def first_known(*tags: str | None) -> str:
    """The language of the page for the first known of some language tags such as ``ko-KR`` (BCP 47)."""
    primary = (re.split(r"[-_;]", (tag or "").strip().lower())[0] for tag in tags)
    return next((tag for tag in primary if tag in LANGUAGES), _DEFAULT)


def choose(language: str) -> None:
    """Show the page in another language from the next script run on."""
    st.session_state[LANGUAGE] = language


def address_texts() -> dict[str, str]:
    """The parameter of the URL for the language, if it was chosen."""
    chosen = (st.session_state.get(LANGUAGE), st.query_params.get(LANGUAGE))
    return {LANGUAGE: first_known(*chosen)} if any(chosen) else {}


@functools.cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The texts of the page in a language."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("pose_demo", _FOLDER, [language])
