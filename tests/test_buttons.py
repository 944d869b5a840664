"""What buttons carry survives the way there and back, whatever comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation import LANGUAGES
from bot.conversation.actions import (
    Button,
    CastVote,
    ChooseLanguage,
    GiveReason,
    Order,
    Plain,
    ShowCatalogue,
    ShowPlace,
    ShowReason,
    ShowView,
    View,
    decode,
)
from retrieval.places import Place

_ALPHABET = "ABCxyz019_-"
_keys = st.text(alphabet=_ALPHABET, min_size=8, max_size=8)
_questions = st.text(alphabet=_ALPHABET, min_size=12, max_size=12)
_views = st.builds(
    View, st.integers(0, 999), st.sampled_from(Order), st.none() | _keys, literal=st.booleans()
)
_numbers = st.integers(0, 36**4 - 1)
_quotes = st.tuples(_numbers, _numbers).map(lambda quote: (quote[0], quote[0] + quote[1]))
_places = st.builds(Place, _keys, _keys, _numbers, st.none() | _quotes)
_buttons: st.SearchStrategy[Button] = st.one_of(
    st.builds(ShowView, _questions, _views),
    st.builds(ShowPlace, _places, _questions, _views),
    st.builds(ShowPlace, _places),
    st.builds(ShowReason, _questions, _views, _places),
    st.builds(CastVote, _questions, st.sampled_from((1, -1))),
    st.builds(GiveReason, _questions, st.sampled_from(("irrelevant", "outdated", "misunderstood"))),
    st.builds(ShowCatalogue, st.integers(0, 999_999), st.none() | _keys),
    st.builds(ChooseLanguage, st.sampled_from((None, *LANGUAGES))),
    st.builds(Plain, st.sampled_from(("random", "forget", "keep", "nothing"))),
)

_FARTHEST = Place("z" * 8, "z" * 8, 36**4 - 1, (36**4 - 1, 2 * (36**4 - 1)))
_LAST = View(999, Order.NEWEST, "z" * 8, literal=True)


@given(_buttons)
@example(ShowReason("z" * 12, _LAST, _FARTHEST))
@example(ShowPlace(_FARTHEST, "z" * 12, _LAST))
def test_every_button_comes_back_as_it_went(button: Button) -> None:
    data = button.encode()
    assert 1 <= len(data.encode()) <= 64
    assert decode(data) == button


@given(st.text(max_size=80) | st.text(alphabet="vrwfgdlp:+-0129RnzA_\ud800", max_size=70))
def test_any_data_is_a_button_or_none(data: str) -> None:
    button = decode(data)
    if button is not None:
        assert decode(button.encode()) == button


@given(_buttons, st.data())
def test_a_forged_button_is_never_taken_for_more_than_it_says(
    button: Button, data: st.DataObject
) -> None:
    encoded = button.encode()
    at = data.draw(st.integers(0, len(encoded)))
    forged = encoded[:at] + data.draw(st.text(max_size=3)) + encoded[at:]
    if (found := decode(forged)) is not None:
        assert len(found.encode()) <= 64


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "v",
        "v::r0:",
        "v:AAAAAAAAAAA:r0:",
        "v:AAAAAAAAAAAA:x0:",
        "v:AAAAAAAAAAAA:r٣:",
        "v:AAAAAAAAAAAA:r1000:",
        "v:AAAAAAAAAAAA:r0:short",
        "v:AAAAAAAAAAAA:r0:\n",
        "w::r0::AAAAAAAABBBBBBBB0",
        "r::r0::nowhere",
        "f:AAAAAAAAAAAA:0",
        "g:AAAAAAAAAAAA:x",
        "d:-1:",
        "d:1000000:",
        "d:0:x",
        "l:fr",
        "p:reload",
        "p:nothing:",
        "v:" + "A" * 100 + ":r0:",
        "人" * 22,
    ],
)
def test_what_no_button_of_ours_says_is_none(data: str) -> None:
    assert decode(data) is None


def test_a_view_says_order_and_spelling_in_one_letter() -> None:
    view = View(2, Order.NEWEST)
    assert ShowView("A" * 12, view).encode() == "v:AAAAAAAAAAAA:n2:"
    assert ShowView("A" * 12, replace(view, literal=True)).encode() == "v:AAAAAAAAAAAA:N2:"
