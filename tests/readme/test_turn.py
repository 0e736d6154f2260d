"""docs/turn.md: its secrets configure the provider that it names, its table lists every result of a check."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

from pose_demo.live.turn.check import Outcome
from pose_demo.live.turn.configuration import NAMES
from pose_demo.live.turn.providers import PROVIDERS, choose
from pose_demo.live.turn.servers import parse_url

TEXT = (Path(__file__).parents[2] / "docs" / "turn.md").read_text(encoding="utf-8")
SECRETS = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)]


def test_each_provider_has_its_secrets():
    assert [choose(values) for values in SECRETS] == list(PROVIDERS.values())
    for url in [url for values in SECRETS for url in values.get("TURN_URLS", "").split(",") if url]:
        assert parse_url(url.strip()).is_relay


def test_every_name_and_every_result_is_described():
    assert all(name in TEXT for name in NAMES)
    table = TEXT[TEXT.index("| result |") :]
    assert all(re.search(rf"^\|[^|]*\b{outcome}\b[^|]*\|", table, re.MULTILINE) for outcome in get_args(Outcome))
