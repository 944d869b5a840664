"""The table of methods: lower-case name → function of the world and the parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.botapi import answering, ephemeral, menus, profile, sending
from tests.botapi.params import Params
from tests.botapi.state import World

Method = Callable[[World, Params], Any]

METHODS: dict[str, Method] = {
    "sendmessage": ephemeral.send_text,
    "senddocument": ephemeral.send_file,
    "editephemeralmessagetext": ephemeral.edit_text,
    "editephemeralmessagereplymarkup": ephemeral.edit_markup,
    "deleteephemeralmessage": ephemeral.delete,
    "sendphoto": sending.send_photo,
    "sendchataction": sending.send_chat_action,
    "editmessagetext": sending.edit_message_text,
    "editmessagecaption": sending.edit_message_caption,
    "editmessagereplymarkup": sending.edit_message_reply_markup,
    "deletemessage": sending.delete_message,
    "deletemessages": sending.delete_messages,
    "setmessagereaction": sending.set_message_reaction,
    "answercallbackquery": answering.answer_callback_query,
    "answerinlinequery": answering.answer_inline_query,
    "answerguestquery": answering.answer_guest_query,
    "getme": profile.get_me,
    "setmycommands": menus.set_my_commands,
    "getmycommands": menus.get_my_commands,
    "deletemycommands": menus.delete_my_commands,
    "setmyname": partial(profile.set_profile, field="name"),
    "getmyname": partial(profile.get_profile, field="name"),
    "setmydescription": partial(profile.set_profile, field="description"),
    "getmydescription": partial(profile.get_profile, field="description"),
    "setmyshortdescription": partial(profile.set_profile, field="short_description"),
    "getmyshortdescription": partial(profile.get_profile, field="short_description"),
    "getchat": profile.get_chat,
    "getchatmember": profile.get_chat_member,
    "getchatadministrators": profile.get_chat_administrators,
    "getchatmembercount": profile.get_chat_member_count,
    "leavechat": profile.leave_chat,
    "getfile": profile.get_file,
    "setwebhook": profile.set_webhook,
    "deletewebhook": profile.delete_webhook,
    "getwebhookinfo": profile.get_webhook_info,
    "logout": profile.log_out,
    "close": profile.close,
}
"""getUpdates is not here: it waits, so the server has it."""
