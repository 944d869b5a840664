"""Messages in a group that one member alone sees (Bot API 10.2 and 10.3), as its documentation has
them: https://core.telegram.org/bots/api#ephemeral-messages-and-commands

A bot that is no administrator may only answer an action of the receiver: a press, or an ephemeral
command, at most 15 seconds old. A server that is older (`World.ephemeral` False) knows none of the
methods, and does not look at the parameter.
"""

from __future__ import annotations

import time
from typing import Any

from tests.botapi.checks import message_text
from tests.botapi.keyboards import checked_markup
from tests.botapi.params import Params
from tests.botapi.refusal import Refusal, bad
from tests.botapi.sending import _captioned, _file, file_json, send_document, send_message
from tests.botapi.state import Chat, Message, World


def send_text(world: World, params: Params) -> Message:
    """sendMessage: to everyone, or to the member that `ephemeral_message_parameters` name."""
    if (wanted := _wanted(world, params)) is None:
        return send_message(world, params)
    chat = world.chat(params)
    text, entities = message_text(params)
    return _send(world, params, chat, wanted, {"text": text, "entities": entities})


def send_file(world: World, params: Params) -> Message:
    """sendDocument, likewise."""
    if (wanted := _wanted(world, params)) is None:
        return send_document(world, params)
    chat = world.chat(params)
    document = {"document": file_json(*_file(world, params, "document")), **_captioned(params)}
    return _send(world, params, chat, wanted, document)


def _wanted(world: World, params: Params) -> dict[str, Any] | None:
    return params.object_of("ephemeral_message_parameters") if world.ephemeral else None


def _send(
    world: World, params: Params, chat: Chat, wanted: dict[str, Any], content: Message
) -> Message:
    receiver = int(wanted["receiver_user_id"])
    if not chat.is_group:
        raise bad("PEER_ID_INVALID")
    if receiver not in chat.members:
        raise bad("USER_NOT_PARTICIPANT")
    replied = (params.object_of("reply_parameters") or {}).get("ephemeral_message_id")
    action = f"e{replied}" if replied else str(wanted.get("callback_query_id", ""))
    by, at = world.actions.get(action, (0, 0.0))
    if not world.is_admin(chat) and (by != receiver or time.monotonic() - at > world.eligible):
        raise bad("CHAT_ADMIN_REQUIRED")
    markup = checked_markup(params.object_of("reply_markup"))
    number = world.serial()
    kept = {
        "message_id": 0,
        "ephemeral_message_id": number,
        "receiver_user": world.users[receiver],
        "date": int(time.time()),
        "chat": chat.as_json(),
        "from": world.bot_user(),
        **content,
        **({"reply_markup": markup} if markup else {}),
    }
    chat.whispers[number] = kept
    chat.changed.fire()
    return kept


def _found(world: World, params: Params) -> tuple[Chat, Message]:
    if not world.ephemeral:
        raise Refusal(404, "Not Found: method not found")
    chat = world.chat(params)
    message = chat.whispers.get(params.integer("ephemeral_message_id") or 0)
    if message is None or message["receiver_user"]["id"] != params.integer("receiver_user_id"):
        raise bad("MESSAGE_ID_INVALID")
    return chat, message


def _replace(chat: Chat, after: Message) -> bool:
    kept = {key: value for key, value in after.items() if value is not None}
    chat.whispers[after["ephemeral_message_id"]] = kept
    chat.changed.fire()
    return True


def edit_text(world: World, params: Params) -> bool:
    chat, message = _found(world, params)
    text, entities = message_text(params)
    markup = checked_markup(params.object_of("reply_markup"), inline_only=True)
    after = {**message, "text": text, "entities": entities, "reply_markup": markup}
    chat.whispers[message["ephemeral_message_id"]] = {
        k: v for k, v in after.items() if v is not None
    }
    chat.changed.fire()
    return True


def edit_markup(world: World, params: Params) -> bool:
    chat, message = _found(world, params)
    markup = checked_markup(params.object_of("reply_markup"), inline_only=True)
    after = {**message, "reply_markup": markup}
    chat.whispers[message["ephemeral_message_id"]] = {
        k: v for k, v in after.items() if v is not None
    }
    chat.changed.fire()
    return True


def delete(world: World, params: Params) -> bool:
    chat, message = _found(world, params)
    del chat.whispers[message["ephemeral_message_id"]]
    chat.changed.fire()
    return True
