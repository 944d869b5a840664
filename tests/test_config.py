from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.config import Config, ConfigError, load
from bot.config.model import Section, sections
from bot.config.values import Problem
from bot.telegram import TelegramConfig

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "config.example.toml"
TOKEN = "123456:AAsecretsecretsecretsecretsecret"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def of(config: Config, section: type[Section], name: str) -> Section:
    found = next((one for one in config.platforms if type(one) is section), None)
    return found or getattr(config, name)


def problems(path: Path | None, environ: dict[str, str] | None = None) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    assert caught.value.path == path
    return caught.value.problems


def written(folder: Path, text: str) -> Path:
    path = folder / "its.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_holds_every_key_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    fields = {name: set(section.model_fields) for name, section in sections().items()}
    assert {section: set(table) for section, table in example.items()} == fields
    loaded = load(EXAMPLE, {})
    assert loaded.corpus.path == ROOT / Config().corpus.path
    assert loaded.log.path == ROOT / Config().log.path
    assert loaded.milvus.uri == ROOT / Config().milvus.uri
    relative = loaded.model_copy(
        update={
            "corpus": Config().corpus,
            "log": loaded.log.model_copy(update={"path": Config().log.path}),
            "milvus": Config().milvus,
        }
    )
    assert relative == Config(platforms=loaded.platforms)
    for one in loaded.platforms:
        assert one == type(one)()


def test_every_key_of_the_example_is_explained_on_its_line() -> None:
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if "=" in line.partition("#")[0]:
            assert " # " in line, line


def test_without_a_file_the_defaults_hold_from_the_working_directory(tmp_path: Path) -> None:
    config = load(None, {"HOME": "/", "OTHER__KEY": "1"})
    assert config.of(TelegramConfig).token.get_secret_value() == ""
    assert config.corpus.path == tmp_path / "seeds"
    assert config.log.path == tmp_path / "data/yinju.db"


def test_config_toml_in_the_working_directory_is_found(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[log]\nretention_days = 7\n")
    assert load(None, {}).log.retention_days == 7


def test_environment_goes_before_file_and_file_before_default(tmp_path: Path) -> None:
    path = written(tmp_path, "[limits]\nuser_per_minute = 1\nchat_per_minute = 2\n")
    limits = load(path, {"YINJU_LIMITS__CHAT_PER_MINUTE": "3"}).limits
    assert (limits.user_per_minute, limits.chat_per_minute, limits.question_length) == (1, 3, 1000)


def test_paths_start_from_where_they_stand(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    path = written(folder, '[corpus]\npath = "texts"\n[log]\npath = "/var/y.db"\n')
    config = load(path, {})
    assert (config.corpus.path, config.log.path) == (folder / "texts", Path("/var/y.db"))
    config = load(path, {"YINJU_CORPUS__PATH": "here"})
    assert config.corpus.path == tmp_path / "here"
    assert load(Path("etc/its.toml"), {}).corpus.path == folder / "texts"


def test_the_index_lies_beside_the_log_unless_told(tmp_path: Path) -> None:
    assert load(None, {}).store == tmp_path / "data/yinju.index"
    assert load(None, {"YINJU_LOG__PATH": "/var/y.db"}).store == Path("/var/y.index")
    path = written(tmp_path, '[retrieval]\nstore = "memory"\n')
    assert load(path, {}).store is None
    assert load(path, {"YINJU_RETRIEVAL__STORE": "./memory"}).store == tmp_path / "memory"


def test_every_key_can_be_set_in_the_environment() -> None:
    values = {
        ("telegram", "token"): TOKEN,
        ("telegram", "admins"): "1, 2",
        ("telegram", "api_url"): "http://localhost:8081/",
        ("telegram", "transport"): "webhook",
        ("telegram", "http"): "httpx",
        ("telegram", "proxy"): "socks5://localhost:1080",
        ("telegram", "timeout"): "1m",
        ("telegram", "give_up_after"): "2h",
        ("telegram", "stale_after"): "2h",
        ("telegram", "messages_per_second"): "0",
        ("limits", "commands_per_minute"): "0",
        ("limits", "presses_per_minute"): "0",
        ("limits", "inline_per_minute"): "0",
        ("telegram", "allowed_chats"): "[-100123, 5]",
        ("telegram", "leave_other_chats"): "true",
        ("groups", "shared_buttons"): "1",
        ("groups", "answers"): "private",
        ("telegram", "webhook_url"): "https://bot.example.org/hook",
        ("telegram", "webhook_listen"): "::1",
        ("telegram", "webhook_port"): "443",
        ("telegram", "webhook_path"): "/x",
        ("telegram", "webhook_secret"): "a" * 16,
        ("telegram", "webhook_certificate"): "/c.pem",
        ("telegram", "webhook_private_key"): "/k.pem",
        ("telegram", "webhook_self_signed"): "true",
        ("metrics", "listen"): "unix:/m.sock",
        ("metrics", "port"): "1",
        ("corpus", "path"): "/c",
        ("corpus", "site_url"): "https://example.org/x",
        ("corpus", "file_seconds"): "7",
        ("corpus", "file_mb"): "64",
        ("retrieval", "engine"): "okapi",
        ("retrieval", "store"): "/index",
        ("milvus", "uri"): "https://milvus.example.org:19530",
        ("milvus", "token"): "root:Milvus",
        ("milvus", "database"): "yinju",
        ("milvus", "ca_file"): "/ca.pem",
        ("log", "path"): "/l.db",
        ("log", "encrypted"): "false",
        ("log", "key_file"): "/l.key",
        ("log", "key"): "0a" * 32,
        ("log", "questions"): "none",
        ("log", "pseudonym_days"): "7",
        ("log", "retention_days"): "0",
        ("limits", "user_per_minute"): "0",
        ("limits", "chat_per_minute"): "0",
        ("limits", "question_length"): "5",
        ("conversation", "memory_minutes"): "7",
        ("matrix", "homeserver"): "https://matrix.example.org",
        ("matrix", "user"): "@yinju:example.org",
        ("matrix", "password"): "secret",
        ("matrix", "token"): "syt",
        ("matrix", "admins"): "@a:b",
        ("matrix", "allowed_chats"): "!r:b",
        ("matrix", "leave_other_chats"): "true",
        ("matrix", "stale_after"): "2h",
        ("matrix", "trust"): "verified",
    }
    environ = {f"YINJU_{section}__{key}".upper(): value for (section, key), value in values.items()}
    config = load(None, environ)
    assert config.of(TelegramConfig).admins == ("1", "2")
    assert config.of(TelegramConfig).allowed_chats == ("-100123", "5")
    assert config.of(TelegramConfig).api_url == "http://localhost:8081"
    assert config.of(TelegramConfig).token.get_secret_value() == TOKEN
    for name, section in sections().items():
        for key in section.model_fields:
            was_set = getattr(of(config, section, name), key) != getattr(section(), key)
            assert was_set, f"{name}.{key} was not set"


def test_all_problems_at_once_each_with_place_and_way_out(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[telegram]\ntokn = "x"\nadmins = ["@bob", -100]\napi_url = "example.org"\n'
        '[log]\nretention_days = "ninety"\ntoken = "x"\n[limit]\na = 1\n[corpus]\npath = 5\n',
    )
    found = problems(path, {"YINJU_RETRIEVAL__ENGINE": "bm25", "YINJU_TELEGRAM_TOKEN": TOKEN})
    by_place = {problem.where: problem for problem in found}
    assert by_place["telegram.tokn (line 2)"].way_out == "did you mean telegram.token?"
    ways = by_place["log.token (line 7)"].way_out
    assert ways == "did you mean milvus.token or matrix.token or telegram.token?"
    assert by_place["limit (line 8)"].way_out == "did you mean limits?"
    assert "YINJU_TELEGRAM__TOKEN" in by_place["YINJU_TELEGRAM_TOKEN"].way_out
    assert "example.org" in by_place["telegram.api_url (line 4)"].what
    assert by_place["corpus.path (line 11)"].what.startswith("5 is not the path of a folder")
    retention = by_place["log.retention_days (line 6)"]
    assert retention.what == '"ninety" is not a whole number of days from 0 to 36500'
    assert "90" in retention.way_out
    assert by_place["YINJU_RETRIEVAL__ENGINE"].what == '"bm25" is not "auto", "okapi" or "milvus"'
    admins = [problem for problem in found if problem.where == "telegram.admins (line 3)"]
    assert '"@bob" is not a numeric user id' in admins[0].what
    assert "getUpdates" in admins[0].way_out
    assert "-100 is the id of a group" in admins[1].what
    assert len(found) == 10


@pytest.mark.parametrize(
    ("text", "where", "way_out"),
    [
        ('token = "x"\n', "token (line 1)", "did you mean milvus.token or matrix.token"),
        ('[logs]\npath = "x"\n', "logs (line 1)", "did you mean log?"),
        (
            "[zzz]\n",
            "zzz (line 1)",
            "corpus, retrieval, milvus, log, limits, metrics, groups, conversation",
        ),
        ('telegram = "x"\n', "telegram (line 1)", "[telegram] on a line of its own"),
        ("[log]\nzzz = 1\n", "log.zzz (line 2)", "path, encrypted, key_file"),
        ('log.pth = "x"\n', "log.pth (line 1)", "did you mean log.path?"),
        ("[log]\nretention_days = true\n", "log.retention_days (line 2)", "90"),
        ("[log]\nretention_days = -1\n", "log.retention_days (line 2)", "90"),
        ('[log]\npath = ""\n', "log.path (line 2)", "data/yinju.db"),
        ('[log]\npath = "~no such user~/x"\n', "log.path (line 2)", "write the whole path"),
        ("[telegram]\nadmins = 5\n", "telegram.admins (line 2)", "[]"),
        ("[telegram]\nadmins = [true]\n", "telegram.admins (line 2)", "getUpdates"),
        ('[telegram]\nallowed_chats = ["a"]\n', "telegram.allowed_chats (line 2)", "[]"),
        ("[telegram]\ntoken = 5\n", "telegram.token (line 2)", '""'),
        ('[milvus]\nuri = "data/milvus"\n', "milvus.uri (line 2)", "ends in .db"),
        ('[milvus]\nuri = "ftp://x"\n', "milvus.uri (line 2)", "https://milvus.example.org"),
        ('[telegram]\ntoken = "bot"\n', "telegram.token (line 2)", "@BotFather"),
        ('[telegram]\napi_url = "http://["\n', "telegram.api_url (line 2)", "http://"),
        ("[limits]\nquestion_length = 0\n", "limits.question_length (line 2)", "1000"),
    ],
)
def test_a_single_problem(tmp_path: Path, text: str, where: str, way_out: str) -> None:
    (problem,) = problems(written(tmp_path, text))
    assert problem.where == where
    assert way_out in problem.way_out
    assert problem.what


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        (b"[telegram]\ntoken = 5:x\n", "line 2, column 10", "not TOML"),
        (b'[log]\npath = "x', "end of the file", "not TOML"),
        (b"\xff\xfe[\x00", None, "not UTF-8"),
        (b"a = " + b"[" * 20_000, None, "not TOML"),
    ],
)
def test_a_file_that_is_no_toml(
    tmp_path: Path, content: bytes, where: str | None, what: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    found = problems(path, {"YINJU_LOG__PTH": "x"})
    assert found[0].where == (where or str(path))
    assert what in found[0].what
    assert found[1].where == "YINJU_LOG__PTH"


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "no.toml")
    assert (problem.where, problem.what) == (str(tmp_path / "no.toml"), "there is no such file")
    (problem,) = problems(tmp_path)
    assert "cannot be read" in problem.what


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf[log]\nretention_days = 3\n")
    assert load(path, {}).log.retention_days == 3


@pytest.mark.parametrize(
    "text",
    [
        f'[telegram]\ntoken = "{TOKEN}"\nadmins = 5\n',
        f'[telegram]\ntokn = "{TOKEN}"\n',
        f'[telegram]\ntoken = "x{TOKEN}"\n',
        f'[telegram]\ntoken = ["{TOKEN}"]\n',
        f'[telegram]\napi_url = "api.telegram.org/bot{TOKEN}"\n',
        f'[telegram]\nadmins = ["{TOKEN}"]\n',
        f'telegram = "{TOKEN}"\n',
        f"[telegram]\ntoken = {TOKEN}\n",
    ],
)
def test_no_error_ever_shows_the_token(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text), {"YINJU_LIMITS__USER_PER_MINUTE": TOKEN})
    for said in (str(caught.value), repr(caught.value), repr(caught.value.problems)):
        assert "secret" not in said.replace("it is a secret", "")


def test_neither_text_form_of_a_config_shows_the_token() -> None:
    config = load(None, {"YINJU_TELEGRAM__TOKEN": f" {TOKEN} "})
    assert "AAsecret" not in repr(config) + str(config) + config.model_dump_json()
    assert config.of(TelegramConfig).token.get_secret_value() == TOKEN


def test_a_config_is_frozen_and_closed() -> None:
    with pytest.raises(ValidationError):
        Config().groups.shared_buttons = True
    with pytest.raises(ValidationError):
        TelegramConfig.model_validate({"tokn": "x"})


def outcome(path: Path | None, environ: dict[str, str]) -> Config | ConfigError:
    try:
        return load(path, environ)
    except ConfigError as error:
        return error


@given(st.text())
def test_any_file_text_gives_a_config_or_a_config_error(text: str) -> None:
    path = Path.cwd() / "any.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    result = outcome(path, {})
    if isinstance(result, ConfigError):
        assert result.problems
        str(result).encode("utf-8")


@given(
    st.sampled_from(
        ["TELEGRAM__ADMINS", "TELEGRAM__TOKEN", "LOG__PATH", "LIMITS__QUESTION_LENGTH"]
    ),
    st.text(st.characters(exclude_characters="\0"), max_size=20),
)
def test_any_environment_value_gives_a_config_or_a_config_error(key: str, value: str) -> None:
    result = outcome(None, {f"YINJU_{key}": value})
    if isinstance(result, ConfigError):
        assert {problem.where for problem in result.problems} == {f"YINJU_{key}"}
        str(result).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('[telegram]\ntransport = "webhook"', "telegram.webhook_url", "needs an address"),
        (
            '[telegram]\ntransport = "webhook"\nwebhook_url = "http://bot.example.org/hook"',
            "telegram.webhook_url (line 3)",
            "https://",
        ),
        (
            '[telegram]\ntransport = "webhook"\nwebhook_url = "https://bot.example.org:9/hook"',
            "telegram.webhook_url (line 3)",
            "443, 80, 88, 8443",
        ),
        (
            '[telegram]\ntransport = "webhook"\nwebhook_url = "https://bot.example.org/readyz"',
            "telegram.webhook_url (line 3)",
            "/readyz",
        ),
        ('[telegram]\nwebhook_path = "/healthz"', "telegram.webhook_path (line 2)", "/healthz"),
        (
            '[telegram]\nwebhook_listen = "bot.example.org"',
            "telegram.webhook_listen (line 2)",
            "no address",
        ),
        ('[telegram]\nwebhook_secret = "short"', "telegram.webhook_secret (line 2)", "not shown"),
        (
            "[telegram]\nwebhook_self_signed = true",
            "telegram.webhook_certificate",
            "without the certificate",
        ),
        ("[metrics]\nport = 65536", "metrics.port (line 2)", "65535"),
    ],
)
def test_a_webhook_that_cannot_work_is_said_before_it_is_tried(
    tmp_path: Path, text: str, where: str, what: str
) -> None:
    (problem,) = problems(written(tmp_path, text))
    assert problem.where == where
    assert what in problem.what
