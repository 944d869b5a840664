"""The methods about the bot itself and about chats: descriptions, members, files, webhook."""

from __future__ import annotations

from typing import Any

from tests.botapi.entities import units
from tests.botapi.menus import language
from tests.botapi.params import Params, Upload
from tests.botapi.refusal import Refusal, bad
from tests.botapi.state import Chat, World
from tests.botapi.updates import Webhook

_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
    "can_restrict_members can_promote_members can_change_info can_invite_users can_post_stories "
    "can_edit_stories can_delete_stories can_manage_tags"
)
_PERMISSIONS = (
    "is_member can_change_info can_invite_users can_pin_messages can_send_messages can_send_polls "
    "can_send_other_messages can_add_web_page_previews can_manage_topics can_send_audios "
    "can_send_documents can_send_photos can_send_videos can_send_video_notes can_send_voice_notes "
    "can_edit_tag can_react_to_messages"
)


def set_profile(world: World, params: Params, field: str) -> bool:
    """setMyName, setMyDescription and setMyShortDescription."""
    text = params.text(field)
    if units(text) > _LIMITS[field]:
        raise bad(f"{field.replace('_', ' ')} is too long")
    world.profile[field, language(params)] = text
    return True


def get_profile(world: World, params: Params, field: str) -> dict[str, str]:
    """What was set for the language, else for all languages."""
    default = world.profile.get((field, ""), world.bot["first_name"] if field == "name" else "")
    return {field: world.profile.get((field, language(params)), default)}


def get_me(world: World, params: Params) -> dict[str, Any]:
    return world.bot


def get_chat(world: World, params: Params) -> dict[str, Any]:
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    found = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    return world.chat(params).as_json() | found


def _member(world: World, chat: Chat, user_id: int) -> dict[str, Any]:
    status = chat.members.get(user_id)
    user = world.users.get(user_id)
    if user is None or status is None:
        raise bad("PARTICIPANT_ID_INVALID")
    member: dict[str, Any] = {"status": status, "user": user}
    if status == "administrator":
        member |= dict.fromkeys(_RIGHTS.split(), False) | {"can_delete_messages": True}
    elif status == "creator":
        member["is_anonymous"] = False
    elif status == "restricted":
        member |= dict.fromkeys(_PERMISSIONS.split(), False) | {"is_member": True, "until_date": 0}
    elif status == "kicked":
        member["until_date"] = 0
    return member


def member_json(world: World, chat: Chat, user_id: int) -> dict[str, Any]:
    """The ChatMember object of someone in a chat; raises `Refusal` for strangers."""
    return _member(world, chat, user_id)


def get_chat_member(world: World, params: Params) -> dict[str, Any]:
    return _member(world, world.chat(params), params.integer("user_id") or 0)


def get_chat_administrators(world: World, params: Params) -> list[dict[str, Any]]:
    chat = world.chat(params)
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    leading = [user for user, status in chat.members.items() if status in _LEADERS]
    return [_member(world, chat, user) for user in leading if not world.users[user]["is_bot"]]


_LEADERS = frozenset({"creator", "administrator"})


def get_chat_member_count(world: World, params: Params) -> int:
    gone = {"left", "kicked"}
    return sum(status not in gone for status in world.chat(params).members.values())


def leave_chat(world: World, params: Params) -> bool:
    chat = world.chat(params)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    chat.members[world.bot["id"]] = "left"
    chat.refusal = Refusal(403, f"Forbidden: bot is not a member of the {chat.type} chat")
    chat.changed.fire()
    return True


def get_file(world: World, params: Params) -> dict[str, Any]:
    file_id = params.text("file_id")
    if file_id not in world.files:
        raise bad("invalid file_id")
    name, data = world.files[file_id]
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_size": len(data),
        "file_path": f"documents/{file_id}/{name}",
    }


def set_webhook(world: World, params: Params) -> bool:
    if not params.text("url").startswith(("https://", "http://127.0.0.1:")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    certificate = params.get("certificate")
    world.updates.webhook = Webhook(
        params.text("url"),
        params.text("secret_token"),
        params.integer("max_connections") or 40,
        certificate.data if isinstance(certificate, Upload) else b"",
    )
    if "allowed_updates" in params:
        world.updates.allowed = frozenset(params.items_of("allowed_updates"))
    world.updates.arrived.fire()
    world.updates.changed.fire()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    world.updates.webhook = Webhook()
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def get_webhook_info(world: World, params: Params) -> dict[str, Any]:
    webhook, undelivered = world.updates.webhook, world.updates.undelivered
    error = dict(zip(("last_error_message", "last_error_date"), undelivered or (), strict=False))
    return error | {
        "url": webhook.url,
        "has_custom_certificate": bool(webhook.certificate),
        "pending_update_count": len(world.updates.waiting),
    }


def log_out(world: World, params: Params) -> bool:
    world.logged_out = True
    return True


def close(world: World, params: Params) -> bool:
    return True
