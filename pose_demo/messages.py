"""Messages that can be translated after they were made: English texts that know their message id.

Every message of this package is English, in logs and on the command line too. One that a visitor may see is made by
`message` or `plural`, so that the page can look it up in the catalogue of the visitor's language.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from typing import Any

_ENGLISH = gettext.NullTranslations()


@dataclass(frozen=True)
class _Template:
    """A message id with its plural, the count that chooses between them, and the values of the placeholders."""

    msgid: str
    plural: str = ""
    count: int = 1
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, catalogue: gettext.NullTranslations) -> str:
        text = catalogue.ngettext(self.msgid, self.plural, self.count) if self.plural else catalogue.gettext(self.msgid)
        if not self.values:
            return text
        return text.format(**{name: translated(value, catalogue) for name, value in self.values.items()})


class Message(str):
    """An English text that can be translated; see `message`."""

    __slots__ = ("_template",)
    _template: _Template

    def __new__(cls, template: _Template) -> Message:
        self = super().__new__(cls, template.text(_ENGLISH))
        self._template = template
        return self

    def __getnewargs__(self) -> tuple[_Template]:  # type: ignore[override]  # messages come from other processes too
        return (self._template,)

    def translated(self, catalogue: gettext.NullTranslations) -> str:
        """The text in the language of a catalogue."""
        return self._template.text(catalogue)

    def to_json(self) -> dict[str, object]:
        """A JSON object, of which `from_json` makes the message again."""
        template = self._template
        values = {name: to_json(value) for name, value in template.values.items()}
        return {"msgid": template.msgid, "plural": template.plural, "count": template.count, "values": values}

    def replaced(self, old: str, new: str) -> Message:
        """The message with a text replaced in its values, such as the path of a file by its name."""
        values = {name: _replaced(value, old, new) for name, value in self._template.values.items()}
        return Message(replace(self._template, values=values))


def message(msgid: str, /, **values: object) -> Message:
    """An English text that can be translated.

    Args:
        msgid: the text, with placeholders like ``{name}`` or ``{size:.1f}`` if there are values.
        values: of the placeholders. Messages and errors among them are translated as well.
    """
    return Message(_Template(msgid, values={name: _kept(value) for name, value in values.items()}))


def plural(singular: str, plural: str, /, count: int, **values: object) -> Message:
    """Like `message`, with a form for one and another for several; ``{count}`` stands for the count."""
    kept = {name: _kept(value) for name, value in values.items()}
    return Message(_Template(singular, plural, int(count), {"count": int(count), **kept}))


def to_json(value: object) -> object:
    """A JSON value with its messages as objects, of which `from_json` makes messages again."""
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, dict):
        return {name: to_json(item) for name, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(item: dict[str, Any]) -> Any:
    """The message of a JSON object, or the object itself if it is none; an ``object_hook`` of `json.loads`."""
    return Message(_Template(**item)) if item.keys() == {"msgid", "plural", "count", "values"} else item


def translated(value: object, catalogue: gettext.NullTranslations) -> object:
    """A message, or the message of an error, in the language of a catalogue; anything else as it is."""
    if isinstance(value, Exception):
        value = text_of(value)
    return value.translated(catalogue) if isinstance(value, Message) else value


def text_of(error: Exception) -> str:
    """The message of an error, which can be translated if `message` made it."""
    only = error.args[0] if len(error.args) == 1 else None
    return only if isinstance(only, Message) else str(error)


def with_name(error: Exception, old: str, new: str) -> str:
    """The message of an error with the name or path of a file replaced by another name."""
    text = text_of(error)
    return text.replaced(old, new) if isinstance(text, Message) else text.replace(old, new)


def _kept(value: object) -> object:
    """A value as a text or a number: an exception would keep the variables of its traceback, a path is no JSON."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, Exception):
        return text_of(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)


def _replaced(value: object, old: str, new: str) -> object:
    if isinstance(value, Message):
        return value.replaced(old, new)
    return value.replace(old, new) if isinstance(value, str) else value
