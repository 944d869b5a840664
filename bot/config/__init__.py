"""The configuration: a TOML file and the environment → one frozen `Config`, all errors at once."""

from __future__ import annotations

from bot.config.loading import load
from bot.config.model import (
    Config,
    CorpusConfig,
    LimitsConfig,
    LogConfig,
    MetricsConfig,
    PlatformConfig,
    RetrievalConfig,
)
from bot.config.values import ConfigError, Problem

__all__ = [
    "Config",
    "ConfigError",
    "CorpusConfig",
    "LimitsConfig",
    "LogConfig",
    "MetricsConfig",
    "PlatformConfig",
    "Problem",
    "RetrievalConfig",
    "load",
]
