"""Which hits of an answer make up a page."""

from __future__ import annotations

import asyncio
import math

from bot.conversation.actions import Order, View
from bot.conversation.messages import Asker
from bot.conversation.replies import PAGE
from retrieval.model import Result
from retrieval.ranking.searcher import FIRST_PAGE, Index


def first(asker: Asker) -> int:
    """How many hits the first page shows: one where others read along."""
    return 1 if asker.chat_kind.shared else FIRST_PAGE


def pages(total: int, first_page: int) -> int:
    """How many pages `total` hits fill: a first one, then five a page; at least one."""
    return 1 + math.ceil(max(total - first_page, 0) / PAGE)


async def search(index: Index, question: str, first_page: int, view: View) -> Result:
    """The hits of one page, found off the event loop."""
    start = first_page + PAGE * (view.page - 1) if view.page else 0
    return await asyncio.to_thread(
        index.search,
        question,
        page=slice(start, start + (PAGE if view.page else first_page)),
        newest=view.order is Order.NEWEST,
        document=None if view.document is None else index.places.document(view.document),
        literal=view.literal,
    )
