"""The methods that send, edit and delete messages."""

from __future__ import annotations

from typing import Any

from telegram.constants import ChatAction, ReactionEmoji

from tests.botapi.checks import caption, checked_text, message_text
from tests.botapi.entities import units
from tests.botapi.keyboards import Markup, checked_markup
from tests.botapi.params import Params, Upload
from tests.botapi.refusal import NOT_MODIFIED, bad
from tests.botapi.state import GENERAL_TOPIC, Chat, Message, World

_REACTIONS = frozenset(str(emoji.value) for emoji in ReactionEmoji)
_ACTIONS = frozenset(str(action.value) for action in ChatAction)


def without_reply(message: Message) -> Message:
    """A message as it stands inside another one: never with its own reply."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def _reply(world: World, chat: Chat, params: Params) -> tuple[Message, int | None]:
    """The fields a reply adds, and the id of the replied message when it is in this chat."""
    wanted = params.object_of("reply_parameters")
    if wanted is None:
        return {}, None
    # Not through World.chat: a replied message in another chat needs no permission there.
    home = world.chats.get(wanted.get("chat_id", chat.id), chat)
    message_id = wanted.get("message_id")
    target = home.messages.get(message_id) if isinstance(message_id, int) else None
    if target is None:
        if wanted.get("allow_sending_without_reply"):
            return {}, None
        raise bad("message to be replied not found")
    fields: Message = {}
    if quote := wanted.get("quote"):
        text, entities = checked_text(
            quote, wanted.get("quote_entities") or [], wanted.get("quote_parse_mode") or ""
        )
        if units(text) > 1024 or text not in str(target.get("text") or target.get("caption") or ""):
            raise bad("QUOTE_TEXT_INVALID")
        fields["quote"] = {"text": text, "position": 0, "is_manual": True, "entities": entities}
    if home is not chat:
        origin = {"type": "chat", "sender_chat": home.as_json(), "date": target["date"]}
        fields["external_reply"] = {"origin": origin, "chat": home.as_json()}
        return fields, None
    fields["reply_to_message"] = without_reply(target)
    return fields, target["message_id"]


def thread_fields(chat: Chat, thread: int | None, replied: Message | None) -> Message:
    """message_thread_id and is_topic_message as Telegram sets them.

    In a forum the topic; in a plain supergroup the thread of replies, which is no topic.
    """
    if thread is None and replied is not None and replied.get("is_topic_message"):
        thread = replied["message_thread_id"]
    if thread is not None:
        if not chat.is_forum or thread == GENERAL_TOPIC or thread not in chat.topics:
            raise bad("message thread not found")
        return {"message_thread_id": thread, "is_topic_message": True}
    if replied is not None and chat.type == "supergroup" and not chat.is_forum:
        return {"message_thread_id": replied.get("message_thread_id", replied["message_id"])}
    return {}


def _send(world: World, params: Params, chat: Chat, content: Message) -> Message:
    markup = checked_markup(params.object_of("reply_markup"))
    reply, replied_id = _reply(world, chat, params)
    threads = thread_fields(
        chat, params.integer("message_thread_id"), reply.get("reply_to_message")
    )
    world.count_send(chat)
    message: Message = {"from": world.bot_user()} if chat.type != "channel" else {}
    if chat.type == "channel":
        message["sender_chat"] = chat.as_json()
    message |= content | reply | threads
    if markup:
        message["reply_markup"] = markup
    if preview := params.object_of("link_preview_options"):
        message["link_preview_options"] = preview
    kept = chat.add(message)
    chat.sent.append(kept["message_id"])
    if replied_id is not None:
        chat.answers.setdefault(replied_id, []).append(kept["message_id"])
    chat.changed.fire()
    return kept


def send_message(world: World, params: Params) -> Message:
    chat = world.chat(params)
    text, entities = message_text(params)
    return _send(world, params, chat, {"text": text, "entities": entities})


def _file(world: World, params: Params, name: str) -> tuple[str, str, bytes]:
    """Id, name and content of the file a call brings: uploaded, attached or known by its id."""
    value = params.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        value = params.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        if not value.data:
            raise bad("file must be non-empty")
        return (world.keep_file(value.filename, value.data), value.filename, value.data)
    if isinstance(value, str) and value in world.files:
        return (value, *world.files[value])
    raise bad("wrong file identifier/HTTP URL specified" if value else f"there is no {name}")


def _captioned(params: Params) -> Message:
    text, entities = caption(params)
    return {"caption": text, "caption_entities": entities} if text else {}


def send_document(world: World, params: Params) -> Message:
    chat = world.chat(params)
    text = _captioned(params)
    file_id, name, data = _file(world, params, "document")
    return _send(world, params, chat, {"document": file_json(file_id, name, data), **text})


def send_photo(world: World, params: Params) -> Message:
    chat = world.chat(params)
    text = _captioned(params)
    file_id, name, data = _file(world, params, "photo")
    size = file_json(file_id, name, data) | {"width": 1280, "height": 720}
    size.pop("file_name")
    return _send(world, params, chat, {"photo": [size], **text})


def file_json(file_id: str, name: str, data: bytes) -> dict[str, Any]:
    """The Document object of a file."""
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_name": name,
        "file_size": len(data),
    }


def _to_edit(world: World, params: Params) -> tuple[Chat, Message]:
    inline_id = params.text("inline_message_id")
    if inline_id:
        if inline_id not in world.inline_messages:
            raise bad("MESSAGE_ID_INVALID")
        chat, message_id = world.inline_messages[inline_id]
        return chat, chat.messages[message_id]
    chat = world.chat(params)
    message = chat.messages.get(params.integer("message_id") or 0)
    if message is None:
        raise bad("message to edit not found")
    if message.get("from", {}).get("id") != world.bot["id"] and chat.type != "channel":
        raise bad("message can't be edited")
    return chat, message


def _edit(world: World, params: Params, found: tuple[Chat, Message], content: Message) -> Any:
    """Puts content and markup in place; without new markup the old keyboard goes."""
    chat, message = found
    markup: Markup | None = checked_markup(params.object_of("reply_markup"), inline_only=True)
    after = content | {"reply_markup": markup}
    if all((message.get(key) or None) == (value or None) for key, value in after.items()):
        raise bad(NOT_MODIFIED)
    if preview := params.object_of("link_preview_options"):
        after["link_preview_options"] = preview
    edited = chat.replace(message["message_id"], **after)
    return True if params.text("inline_message_id") else edited


def edit_message_text(world: World, params: Params) -> Any:
    found = _to_edit(world, params)
    if "text" not in found[1]:
        raise bad("there is no text in the message to edit")
    text, entities = message_text(params)
    return _edit(world, params, found, {"text": text, "entities": entities})


def edit_message_caption(world: World, params: Params) -> Any:
    found = _to_edit(world, params)
    if "text" in found[1]:
        raise bad("there is no caption in the message to edit")
    text, entities = caption(params)
    return _edit(world, params, found, {"caption": text or None, "caption_entities": entities})


def edit_message_reply_markup(world: World, params: Params) -> Any:
    return _edit(world, params, _to_edit(world, params), {})


def _delete(world: World, chat: Chat, message_id: int) -> None:
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to delete not found")
    own = message.get("from", {}).get("id") == world.bot["id"]
    if not own and chat.type != "private" and not world.is_admin(chat):
        raise bad("message can't be deleted")
    chat.remove(message_id)


def delete_message(world: World, params: Params) -> bool:
    _delete(world, world.chat(params), params.integer("message_id") or 0)
    return True


def delete_messages(world: World, params: Params) -> bool:
    chat = world.chat(params)
    for message_id in params.items_of("message_ids"):
        if message_id in chat.messages:
            _delete(world, chat, message_id)
    return True


def send_chat_action(world: World, params: Params) -> bool:
    chat = world.chat(params)
    if params.text("action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    thread_fields(chat, params.integer("message_thread_id"), None)
    chat.actions.append(params.text("action"))
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    chat = world.chat(params)
    message_id = params.integer("message_id") or 0
    if message_id not in chat.messages:
        raise bad("message to react not found")
    emoji = [str(reaction.get("emoji", "")) for reaction in params.items_of("reaction")]
    if len(emoji) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if not set(emoji) <= _REACTIONS:
        raise bad("REACTION_INVALID")
    chat.reactions[message_id] = emoji
    chat.changed.fire()
    return True
