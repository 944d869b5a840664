"""What the corpus holds, and what a reload changed, as lines for every platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from bot.conversation.replies import Reloaded, Summary
from bot.wording.citation import shortened
from bot.wording.locale import Locale
from retrieval.errors import Skipped, Stage

Cut = Callable[[str, int], str]
"""Brings a text to one line of at most so many characters, as a platform counts them."""

_LISTED = 8
_ITEM = 80


def summary_lines(summary: Summary, locale: Locale, cut: Cut = shortened) -> list[str]:
    """What the corpus holds: sizes, dates, publishers."""
    lines = [locale.text("about", documents=summary.documents, passages=summary.passages)]
    if summary.earliest and summary.latest and summary.earliest != summary.latest:
        lines.append(locale.text("about-dates", earliest=summary.earliest, latest=summary.latest))
    elif summary.earliest:
        lines.append(locale.text("about-date", earliest=summary.earliest))
    if summary.publishers:
        lines += ["", locale.text("about-publishers")]
        for publisher, count in summary.publishers[: 3 * _LISTED]:
            name = cut(publisher, _ITEM)
            lines.append("• " + locale.text("about-publisher", publisher=name, count=count))
    if summary.unattributed:
        lines.append(locale.text("about-unattributed", count=summary.unattributed))
    return lines


def reload_lines(reloaded: Reloaded, locale: Locale, cut: Cut = shortened) -> list[str]:
    """What a reload changed, and what could not be read."""
    key = "reload-unchanged" if reloaded.unchanged else "reload-done"
    if reloaded.doubts:
        key = "reload-held"
    lines = [
        locale.text(
            key,
            documents=reloaded.documents,
            passages=reloaded.passages,
            seconds=reloaded.seconds,
        )
    ]
    lines += [
        locale.text("reload-item", title=locale.text(f"cause-{doubt.key}", **doubt.params))
        for doubt in reloaded.doubts
    ]
    if not reloaded.unchanged:
        lines.append(
            locale.text(
                "reload-passages", added=reloaded.passages_added, removed=reloaded.passages_removed
            )
        )
    for heading, titles in (
        ("reload-added", reloaded.added),
        ("reload-changed", reloaded.changed),
        ("reload-removed", reloaded.removed),
    ):
        items = [locale.text("reload-item", title=cut(t, _ITEM)) for t in titles]
        lines += _listed(heading, items, locale)
    skips = [line for _, line in skip_lines(reloaded.skipped, locale, cut)]
    return [*lines, *_listed("reload-skipped", skips, locale)]


def skip_lines(
    skipped: Sequence[Skipped], locale: Locale, cut: Cut = shortened
) -> list[tuple[bool, str]]:
    """What was not read, a line a kind of cause, what should have been readable first; and
    whether it should have been. Files that nothing reads are one kind."""
    kinds: dict[tuple[bool, str, Stage], list[Skipped]] = {}
    for one in sorted(skipped, key=lambda one: not one.wanted):
        kinds.setdefault((one.wanted, one.cause.key, one.stage), []).append(one)
    lines = []
    for (wanted, key, _), alike in kinds.items():
        line, more = skip_line(alike[0], locale, cut), len(alike) - 1
        if more and key == "no-reader":
            counts = Counter(str(one.cause.params["suffix"]) for one in alike).most_common()
            said = ", ".join(f"{suffix} {count}" for suffix, count in counts[:_LISTED])
            said += ", …" if len(counts) > _LISTED else ""
            line = locale.text("skip-no-reader", count=len(alike), suffixes=said)
        elif more:
            line += f" {locale.text('skip-more', count=more)}"
        lines.append((wanted, line))
    return lines


def skip_line(skipped: Skipped, locale: Locale, cut: Cut = shortened) -> str:
    """What was not read, where on its way it was lost, and why."""
    path = cut(skipped.path, _ITEM) if skipped.path else locale.text("skip-all")
    return locale.text("reload-skip", path=path, reason=cut(caused(skipped, locale), 160))


def caused(skipped: Skipped, locale: Locale) -> str:
    """Why it was lost; the stage is named where it says more than that."""
    reason = locale.text(f"cause-{skipped.cause.key}", **skipped.cause.params)
    if skipped.cause.key != "failed":
        return reason
    return locale.text("skip-stage", stage=locale.text(f"stage-{skipped.stage}"), reason=reason)


def _listed(heading: str, items: Sequence[str], locale: Locale) -> list[str]:
    """A heading with its count and the first items, or nothing where there are none."""
    if not items:
        return []
    lines = [locale.text(heading, count=len(items)), *items[:_LISTED]]
    if len(items) > _LISTED:
        lines.append(locale.text("reload-more", count=len(items) - _LISTED))
    return lines
