"""Inline mode: `@bot question` in any chat offers quotes to insert. Nothing of it is kept."""

from __future__ import annotations

import re

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    MessageEntity,
    Update,
)

from bot.conversation.administration import engine_alarm
from bot.conversation.assistant import INLINE_PAGE
from bot.telegram.people import Context, Desk
from bot.telegram.replies import entities, quietly, reader_url
from bot.wording import RichText
from bot.wording.citation import byline, shortened
from bot.wording.locale import Locale
from bot.wording.quotes import add_hit, titled
from retrieval.errors import EngineError
from retrieval.model import Document, Hit
from retrieval.places import Place

CACHE_SECONDS = 5
"""Short, so that a reload shows at once; and never shared between people."""
_NEWEST = 5
_OFFSET = re.compile("[0-9]{1,3}")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Inline:
    """The handler of inline queries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(self, update: Update, context: Context) -> None:
        """Up to ten excerpts a page; for an empty query, how to ask and the newest documents."""
        query = update.inline_query
        asker = self._desk.asker(update)
        if query is None or asker is None:
            return
        words = await self._desk.locale(asker)
        results: list[InlineQueryResultArticle] = []
        button, following, seconds = None, "", CACHE_SECONDS
        if not self._desk.serves(None, query.from_user):
            pass  # it would not answer in private either
        elif not query.query.strip():
            results = self._newest(words)
        else:
            page = int(query.offset) if _OFFSET.fullmatch(query.offset) else 0
            told = "inline-none"
            try:
                results, following = await self._found(query.query, page, words)
            except EngineError as error:
                self._desk.app.alarms.raised(engine_alarm(error))
                told, seconds = "inline-down", 0
            if not results and not page:
                button = InlineQueryResultsButton(words.text(told), start_parameter="ask")
        with quietly():
            await query.answer(
                results,
                cache_time=seconds,
                is_personal=True,
                # Not "": with Defaults, the library makes a list of every empty string.
                next_offset=following or None,
                button=button,
            )

    async def _found(
        self, question: str, page: int, words: Locale
    ) -> tuple[list[InlineQueryResultArticle], str]:
        result = await self._desk.app.assistant.quotes(question, page)
        more = (page + 1) * INLINE_PAGE < result.total
        return [self.article(hit, words) for hit in result.hits], str(page + 1) if more else ""

    def article(self, hit: Hit, words: Locale) -> InlineQueryResultArticle:
        """One quote as a result."""
        place = Place.of(hit.passage, hit.excerpt)
        text = add_hit(RichText(), hit, words, self._desk.links)
        line = byline(hit.passage.document)
        quote = shortened(hit.quote, 150)
        url = reader_url(self._desk.username, place)
        context = InlineKeyboardButton(words.text("button-read-one"), url=url)
        return InlineQueryResultArticle(
            id=place.encode(),
            title=shortened(hit.passage.document.title, 100) or "…",
            description="\n".join(part for part in (line, quote) if part),
            input_message_content=_content(text),
            reply_markup=InlineKeyboardMarkup.from_button(context),
        )

    def _newest(self, words: Locale) -> list[InlineQueryResultArticle]:
        username = self._desk.username
        usage = RichText().add(words.text("inline-usage-text", username=username))
        articles = [
            InlineQueryResultArticle(
                id="usage",
                title=words.text("inline-usage"),
                description=words.text("bot-short-description"),
                input_message_content=_content(usage),
            )
        ]
        return articles + [self._document(d) for d in self._desk.app.reading.newest(_NEWEST)]

    def _document(self, document: Document) -> InlineQueryResultArticle:
        place = Place.beginning(document)
        text = titled(document).add("\n")
        text.link(f"🔗 {shortened(document.title, 40)}", self._desk.links.document(document))
        return InlineQueryResultArticle(
            id=place.encode(),
            title=shortened(document.title, 100) or "…",
            description=byline(document),
            input_message_content=_content(text),
        )


def _content(text: RichText) -> InputTextMessageContent:
    found = [MessageEntity(**entity) for entity in entities(text)]
    return InputTextMessageContent(text.text, entities=found, link_preview_options=_NO_PREVIEW)
