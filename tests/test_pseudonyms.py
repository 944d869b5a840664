from __future__ import annotations

import logging
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.querylog import QueryLogError
from bot.querylog.keys import Pseudonyms, default_key_file, load_key

KEY = bytes(range(32))


def test_a_pseudonym_is_fixed_by_key_kind_and_parts() -> None:
    # Stored rows depend on this value: whoever changes it cuts people off from their rows.
    assert Pseudonyms(KEY).of("asker", 12345) == "d02bb4ce20196b4108daa97536b0b561"
    assert Pseudonyms(KEY).of("asker", 12345) != Pseudonyms(KEY).of("chat", 12345)
    assert Pseudonyms(KEY).of("asker", 12345) != Pseudonyms(KEY[::-1]).of("asker", 12345)


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_different_parts_never_share_a_pseudonym(left: list[str], right: list[str]) -> None:
    names = Pseudonyms(KEY)
    assert (names.of("m", *left) == names.of("m", *right)) == (left == right)


def test_lone_surrogates_have_a_pseudonym_too() -> None:
    assert len(Pseudonyms(KEY).of("asker", "\ud800")) == 32


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 3"):
        Pseudonyms(b"abc")


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "yinju.key"
    key = load_key(path)
    assert len(key) == 32
    assert load_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert load_key(tmp_path / "other.key") != key


def test_all_who_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(load_key, [tmp_path / "yinju.key"] * 64))
    assert len(keys) == 1


def test_a_key_others_may_read_is_used_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "yinju.key"
    path.write_bytes(KEY)
    path.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert load_key(path) == KEY
    assert "chmod 600" in caplog.text
    path.chmod(0o600)
    caplog.clear()
    load_key(path)
    assert not caplog.records


def test_what_is_no_key_and_what_cannot_be_made(tmp_path: Path) -> None:
    path = tmp_path / "yinju.key"
    path.write_bytes(b"short")
    with pytest.raises(QueryLogError, match="this has 5"):
        load_key(path)
    with pytest.raises(QueryLogError, match="cannot be read or made"):
        load_key(tmp_path)
    with pytest.raises(QueryLogError, match="cannot be read or made"):
        load_key(path / "below a file.key")


def test_each_database_has_a_key_of_its_own_away_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    one, two = (default_key_file(tmp_path / name / "yinju.db") for name in ("a", "b"))
    assert one != two
    assert one.parent == two.parent == tmp_path / "state" / "yinju"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_key_file(tmp_path / "y.db").parent == tmp_path / ".local/state/yinju"
