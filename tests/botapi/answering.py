"""The methods that answer queries: of buttons, inline and guest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.botapi.checks import MAX_CAPTION, checked_text, valid_url
from tests.botapi.entities import blank, units
from tests.botapi.keyboards import checked_markup
from tests.botapi.params import Params
from tests.botapi.refusal import QUERY_IS_OLD, bad
from tests.botapi.state import Query, World

MAX_RESULTS = 50
MAX_ID_BYTES = 64
MAX_ALERT = 200
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the presser of a button sees: a toast, or an alert where `show_alert`."""

    text: str = ""
    show_alert: bool = False
    url: str = ""
    cache_time: int = 0


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What answerInlineQuery brought; `results` as InlineQueryResult objects."""

    results: list[dict[str, Any]]
    cache_time: int = 300
    next_offset: str = ""
    is_personal: bool = False
    button: dict[str, Any] | None = None


def _open(world: World, name: str) -> Query:
    """The query by its id; refused when unknown, expired or answered before."""
    query = world.queries.get(name)
    if query is None or query.expired or query.answer.done():
        if query is not None and not query.answer.done():
            query.answer.set_result(None)
        raise bad(QUERY_IS_OLD)
    return query


def _settle(world: World, name: str, query: Query, answer: Any) -> bool:
    """Answers, and forgets: a second answer then meets an unknown query."""
    del world.queries[name]
    if not query.answer.done():
        query.answer.set_result(answer)
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    name = params.text("callback_query_id")
    query = _open(world, name)
    text = params.text("text")
    if units(text) > MAX_ALERT:
        raise bad("MESSAGE_TOO_LONG")
    if (url := params.text("url")) and not valid_url(url):
        raise bad("URL_INVALID")
    answer = CallbackAnswer(text, params.flag("show_alert"), url, params.integer("cache_time") or 0)
    return _settle(world, name, query, answer)


def _check_content(content: Any) -> None:
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad("can't parse inline query result: input message content is not specified")
    text, _ = checked_text(
        content["message_text"], content.get("entities") or [], content.get("parse_mode") or ""
    )
    if blank(text):
        raise bad("message text is empty")


def check_result(result: Any) -> None:
    """Refuses one InlineQueryResult that Telegram would; articles in full, others in outline."""
    if not isinstance(result, dict):
        raise bad("can't parse inline query result: expected an Object")
    if not 1 <= len(str(result.get("id", "")).encode()) <= MAX_ID_BYTES:
        raise bad("RESULT_ID_INVALID")
    if result.get("type") == "article":
        if not str(result.get("title", "")).strip():
            raise bad("ARTICLE_TITLE_EMPTY")
        _check_content(result.get("input_message_content"))
    elif "input_message_content" in result:
        _check_content(result["input_message_content"])
    elif caption := result.get("caption"):
        checked_text(
            caption,
            result.get("caption_entities") or [],
            result.get("parse_mode") or "",
            MAX_CAPTION,
        )
    for key in ("url", "thumbnail_url"):
        if key in result and not valid_url(str(result[key])):
            raise bad("URL_INVALID")
    checked_markup(result.get("reply_markup"), inline_only=True)


def answer_inline_query(world: World, params: Params) -> bool:
    name = params.text("inline_query_id")
    query = _open(world, name)
    results = params.items_of("results")
    if len(results) > MAX_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    for result in results:
        check_result(result)
    if len({result["id"] for result in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    if len(params.text("next_offset").encode()) > MAX_ID_BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    button = params.object_of("button")
    if button is not None:
        start = button.get("start_parameter")
        if not str(button.get("text", "")).strip():
            raise bad("BUTTON_TEXT_INVALID")
        if "web_app" not in button and start is None:
            raise bad("exactly one of the fields web_app and start_parameter must be used")
        if start is not None and not _START.fullmatch(str(start)):
            raise bad("START_PARAM_INVALID" if start else "START_PARAM_EMPTY")
    cache_time = params.integer("cache_time")
    answer = InlineAnswer(
        results,
        300 if cache_time is None else cache_time,
        params.text("next_offset"),
        params.flag("is_personal"),
        button,
    )
    return _settle(world, name, query, answer)


def answer_guest_query(world: World, params: Params) -> dict[str, Any]:
    name = params.text("guest_query_id")
    query = _open(world, name)
    result = params.object_of("result")
    check_result(result)
    _settle(world, name, query, result)
    return {"inline_message_id": f"guest-{name}"}
