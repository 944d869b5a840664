"""Every key of the configuration: its type, its default and what its value must be.

``config.example.toml`` says what each is for. Descriptions stand in error messages: "… is not
<description>". Whoever adds a key here adds it there; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from bot.config.values import (
    A_LISTENER,
    FilePath,
    NoneOrPath,
    Whole,
    address,
    key_value,
    listen_value,
    milvus_value,
)

PLATFORMS = "yinju.platforms"
"""The group of entry points that platforms are found by."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def together(self) -> Iterator[tuple[str, str, str]]:
        """What is wrong with values that are right by themselves: a key, what, the way out."""
        yield from ()


class CorpusConfig(Section):
    path: FilePath = Field(
        default=Path("seeds"), description="the path of a folder, in quotation marks"
    )
    site_url: Annotated[str, address("a web site", "https://example.org/documents")] = Field(
        default="", description="an address in quotation marks, or empty"
    )
    file_seconds: Whole = Field(
        default=20, ge=1, description="a whole number of seconds, 1 or more"
    )
    file_mb: Whole = Field(default=512, ge=16, description="a whole number of MB, 16 or more")


class RetrievalConfig(Section):
    engine: Literal["auto", "okapi", "milvus"] = Field(
        default="auto", description='"auto", "okapi" or "milvus"'
    )
    store: Literal["memory"] | NoneOrPath = Field(
        default=None, description='the path of a folder, in quotation marks, or "memory"'
    )
    """None: a folder beside the query log (`Config.store`)."""


class MilvusConfig(Section):
    uri: Annotated[str | Path, BeforeValidator(milvus_value)] = Field(
        default=Path("data/milvus.db"),
        description="an address, or the path of a file ending in .db, in quotation marks",
        repr=False,
    )
    token: SecretStr = Field(
        default=SecretStr(""), description='a token, or "user:password", in quotation marks'
    )
    database: str = Field(default="", description="the name of a database, or empty")
    ca_file: NoneOrPath = Field(default=None, description="the path of a file, in quotation marks")
    """None: the certificates that this machine trusts."""


class LogConfig(Section):
    path: FilePath = Field(
        default=Path("data/yinju.db"), description="the path of a file, in quotation marks"
    )
    encrypted: bool = Field(default=True, description="true or false")
    key_file: NoneOrPath = Field(default=None, description="the path of a file, in quotation marks")
    """None: a file in the user's state folder (`bot.querylog.keys`)."""
    key: Annotated[SecretStr, AfterValidator(key_value)] = Field(
        default=SecretStr(""), description="64 hexadecimal digits in quotation marks"
    )
    questions: Literal["text", "none"] = Field(default="text", description='"text" or "none"')
    """Whether the words of a question are kept."""
    pseudonym_days: Whole = Field(
        default=30, ge=1, le=36500, description="a whole number of days from 1 to 36500"
    )
    """How long a key of pseudonyms lives."""
    retention_days: Whole = Field(
        default=90, ge=0, le=36500, description="a whole number of days from 0 to 36500"
    )
    """Older questions go at the daily clean-up; at 0 it leaves none."""


class GroupsConfig(Section):
    answers: Literal["public", "private", "ask"] = Field(
        default="public", description='"public", "private" or "ask"'
    )
    """Who sees an answer in a group: everybody, the asker alone, or the asker alone until they
    show it to all. Where a platform can only answer aloud, the asker is led to a private chat."""
    shared_buttons: bool = Field(default=False, description="true or false")


class MetricsConfig(Section):
    listen: Annotated[str, AfterValidator(listen_value)] = Field(
        default="127.0.0.1", description=A_LISTENER
    )
    port: Whole = Field(default=0, ge=0, le=65535, description="a port from 0 to 65535")
    """0, and no socket: metrics are not served."""


class ConversationConfig(Section):
    memory_minutes: Whole = Field(default=30, ge=0, description="a whole number, 0 or more")


class LimitsConfig(Section):
    user_per_minute: Whole = Field(default=20, ge=0, description="a whole number, 0 or more")
    chat_per_minute: Whole = Field(default=60, ge=0, description="a whole number, 0 or more")
    commands_per_minute: Whole = Field(default=20, ge=0, description="a whole number, 0 or more")
    presses_per_minute: Whole = Field(default=60, ge=0, description="a whole number, 0 or more")
    inline_per_minute: Whole = Field(default=90, ge=0, description="a whole number, 0 or more")
    question_length: Whole = Field(default=1000, ge=1, description="a whole number, 1 or more")


class PlatformConfig(Section):
    """What every platform can be told. Each declares its own section with this as the base, and
    its object of the entry point names it as `settings`. Ids are the platform's own, as strings.
    """

    admins: tuple[str, ...] = Field(default=(), description="a list of user ids")
    allowed_chats: tuple[str, ...] = Field(default=(), description="a list of chat ids")
    leave_other_chats: bool = Field(default=False, description="true or false")

    def serves(self, chat: str) -> bool:
        """Whether the bot answers in this chat: everywhere, or in `allowed_chats` only."""
        return not self.allowed_chats or chat in self.allowed_chats


Kind = TypeVar("Kind", bound=PlatformConfig)


class Config(Section):
    """All that an operator can set. Paths are absolute when it comes from `load`."""

    corpus: CorpusConfig = CorpusConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    milvus: MilvusConfig = MilvusConfig()
    log: LogConfig = LogConfig()
    limits: LimitsConfig = LimitsConfig()
    metrics: MetricsConfig = MetricsConfig()
    groups: GroupsConfig = GroupsConfig()
    conversation: ConversationConfig = ConversationConfig()
    platforms: tuple[PlatformConfig, ...] = ()
    """A section for each installed platform."""

    def of(self, platform: type[Kind]) -> Kind:
        """The section of the platform that declares it so."""
        found = (one for one in self.platforms if isinstance(one, platform))
        return next(found, None) or platform()

    @property
    def store(self) -> Path | None:
        """The folder that keeps the index; None: it is in memory alone."""
        store = self.retrieval.store
        if store is None:  # one bot, one log, one index
            return self.log.path.with_suffix(".index")
        return None if store == "memory" else store

    def secrets(self) -> list[SecretStr]:
        """Every secret that is set."""
        sections = (self.log, self.milvus, *self.platforms)
        values = (getattr(one, key) for one in sections for key in type(one).model_fields)
        return [v for v in values if isinstance(v, SecretStr) and v.get_secret_value()]


OWN: dict[str, type[Section]] = {
    name: type(field.default) for name, field in Config.model_fields.items() if name != "platforms"
}
"""The sections that belong to no platform."""


def sections() -> dict[str, type[Section]]:
    """Every section by its name; a platform's is found by its entry point."""
    points = sorted(entry_points(group=PLATFORMS), key=lambda point: point.name)
    return OWN | {point.name: point.load().settings for point in points}
