"""Command menus: one per scope and language, and what someone sees of them."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.botapi.entities import units
from tests.botapi.params import Params
from tests.botapi.refusal import bad
from tests.botapi.state import Chat, World

MAX_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


def language(params: Params) -> str:
    """The language of a call: two letters or none (so never ``zh-hans``)."""
    code = params.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def scope_key(world: World, scope: dict[str, Any] | None) -> str:
    """The scope as a key; refused when its type or its chat is unknown."""
    scope = scope or {"type": "default"}
    kind = scope.get("type")
    if kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    if kind in {"chat", "chat_administrators", "chat_member"}:
        world.chat(Params(chat_id=scope.get("chat_id")))
    return json.dumps(scope, sort_keys=True)


def set_my_commands(world: World, params: Params) -> bool:
    key = scope_key(world, params.object_of("scope")), language(params)
    commands = params.items_of("commands")
    if len(commands) > MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= units(str(command.get("description", "")).strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.menus[key] = commands
    return True


def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    return world.menus.get((scope_key(world, params.object_of("scope")), language(params)), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.menus.pop((scope_key(world, params.object_of("scope")), language(params)), None)
    return True


def visible_menu(world: World, user: dict[str, Any], chat: Chat) -> list[dict[str, str]]:
    """The commands someone sees in a chat, by Telegram's order of scopes and languages."""
    here, whole = {"chat_id": chat.id}, {"type": "default"}
    if chat.type == "private":
        scopes: list[dict[str, Any]] = [{"type": "chat", **here}, {"type": "all_private_chats"}]
    else:
        leads = chat.members.get(user["id"]) in {"administrator", "creator"}
        scopes = [{"type": "chat_member", **here, "user_id": user["id"]}]
        scopes += [{"type": "chat_administrators", **here}] if leads else []
        scopes += [{"type": "chat", **here}]
        scopes += [{"type": "all_chat_administrators"}] if leads else []
        scopes += [{"type": "all_group_chats"}]
    own = str(user.get("language_code", ""))[:2]
    for scope in [*scopes, whole]:
        for code in dict.fromkeys((own, "")):
            if commands := world.menus.get((json.dumps(scope, sort_keys=True), code)):
                return commands
    return []
