"""Messages are English texts that can be translated after they were made."""

import copy
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from fakes import Catalogue

from pose_demo.messages import Message, from_json, message, plural, to_json, translated
from pose_demo.types import InputError

TEXTS = {
    "{name}: {error}": "{error} ({name})",
    "{size:.1f} MB is too large": "{size:.1f} MB는 너무 큽니다",
    "{count} person": "{count}명",
}


KOREAN = Catalogue(TEXTS)
NESTED = message("{name}: {error}", name="{a}.mp4", error=InputError(message("{size:.1f} MB is too large", size=3.25)))


def test_a_message_is_an_english_text():
    assert NESTED == "{a}.mp4: 3.2 MB is too large" and isinstance(NESTED, str)


def test_errors_and_messages_among_the_values_are_translated_too():
    assert NESTED.translated(KOREAN) == "3.2 MB는 너무 큽니다 ({a}.mp4)"
    assert translated(InputError(NESTED), KOREAN) == "3.2 MB는 너무 큽니다 ({a}.mp4)"


@pytest.mark.parametrize("copied", [copy.deepcopy(NESTED), pickle.loads(pickle.dumps(NESTED))])
def test_a_copy_can_be_translated(copied):
    assert isinstance(copied, Message) and copied == NESTED
    assert copied.translated(KOREAN) == NESTED.translated(KOREAN)


def test_the_count_chooses_the_form():
    one, two = plural("{count} person", "{count} people", 1), plural("{count} person", "{count} people", 2)
    assert (one, two) == ("1 person", "2 people")
    assert (one.translated(KOREAN), two.translated(KOREAN)) == ("1명", "2명")


@pytest.mark.parametrize("value", ["plain", 3, None])
def test_what_is_no_message_stays(value):
    assert translated(value, KOREAN) is value


def test_values_are_texts_and_numbers_that_json_can_have():
    values = {"folder": Path("/tmp/a"), "size": np.float32(1.5), "count": np.int64(2), "error": ValueError("no")}
    made = message("{folder} {size:.1f} {count:d} {error}", **values)
    again = json.loads(json.dumps(to_json({"error": made})), object_hook=from_json)["error"]
    assert made == again == "/tmp/a 1.5 2 no" and isinstance(again, Message)


def test_a_name_is_replaced_in_texts_only():
    made = message("{size:.1f} MB of {name}: {error}", size=1.5, name="1.mp4", error=message("{name}", name="1.mp4"))
    assert made.replaced("1.mp4", "my.mp4") == "1.5 MB of my.mp4: my.mp4"
    assert made.replaced("1", "9") == "1.5 MB of 9.mp4: 9.mp4"


def test_an_error_without_a_message_keeps_its_text():
    assert translated(OSError(28, "No space left"), KOREAN) == "[Errno 28] No space left"


def test_braces_of_a_text_without_values_stay():
    assert message('expected {"name": "canny"}') == 'expected {"name": "canny"}'
