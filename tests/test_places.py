"""Places: short names that outlive a reload."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from retrieval.model import Corpus, Excerpt, Passage
from retrieval.passages import split
from retrieval.places import Place, Places, key
from tests.corpora import document, questions, seeds, seeds_index

_KEY = st.text(alphabet="abzAZ09_-", min_size=8, max_size=8)
_NUMBER = st.integers(0, 36**4 - 1)
_QUOTE = st.tuples(st.integers(0, 36**3), st.integers(1, 36**3)).map(lambda q: (q[0], sum(q)))
_LONG = "中国政府应当尊重全体公民的各项基本人权。" * 40


def _places(*documents: object) -> tuple[Places, tuple[Passage, ...]]:
    corpus = Corpus(tuple(documents))  # type: ignore[arg-type]
    passages = tuple(passage for d in corpus.documents for passage in split(d))
    return Places.of(corpus.documents, passages), passages


@given(_KEY, _KEY, _NUMBER, st.none() | _QUOTE)
def test_every_place_comes_back_from_at_most_thirty_characters(
    document_key: str, passage_key: str, ordinal: int, quote: tuple[int, int] | None
) -> None:
    place = Place(document_key, passage_key, ordinal, quote)
    code = place.encode()
    assert re.fullmatch("[A-Za-z0-9_-]{17,30}", code)
    assert Place.decode(code) == place


@given(st.text(max_size=40) | st.from_regex(r"[A-Za-z0-9_-]{16}[0-9a-z-]{0,16}", fullmatch=True))
def test_decoding_takes_any_string_and_only_what_was_encoded(text: str) -> None:
    place = Place.decode(text)
    assert place is None or place.encode() == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_keys_are_eight_safe_characters(identity: str) -> None:
    assert re.fullmatch("[A-Za-z0-9_-]{8}", key(identity))


def test_keys_of_the_seeds_are_distinct() -> None:
    passages = seeds_index().passages
    assert len({key(passage.id) for passage in passages}) == len(passages)


def test_every_hit_on_the_seeds_has_a_place_whose_quote_is_in_its_passage() -> None:
    quotes = 0
    for row in questions():
        for hit in seeds_index().search(str(row["text"])).hits:
            place = Place.of(hit.passage, hit.excerpt)
            assert Place.decode(place.encode()) == place
            assert seeds_index().places.locate(place) == (hit.passage, True)
            if place.quote is not None:
                start, end = place.quote
                assert hit.passage.text[start:end] in hit.quote
                assert start < end
                quotes += 1
    assert quotes > 200


def test_an_excerpt_beside_the_passage_is_clipped_to_it() -> None:
    (_, middle, last), _ = _three()
    assert Place.of(middle, Excerpt(0, 10, (), False, True)).quote is None
    over = Excerpt(middle.start - 5, middle.start + 7, (), True, True)
    assert Place.of(middle, over).quote == (0, 7)
    under = Excerpt(middle.end - 3, last.end, (), True, True)
    assert Place.of(middle, under).quote == (len(middle.text) - 3, len(middle.text))


def _three() -> tuple[tuple[Passage, ...], Places]:
    made = document("a.txt", "一。" + _LONG)
    places, passages = _places(made)
    return passages[:3], places


def test_a_place_survives_another_order_and_new_neighbours() -> None:
    one, two = document("a.txt", _LONG), document("b.txt", "另外的一段文字。")
    _, before = _places(one, two)
    grown = document("a.txt", "# 新的一节", "新的一段。", "# 又一节", _LONG)
    after, _ = _places(two, grown)
    for passage in before:
        located = after.locate(Place.of(passage))
        assert located is not None
        assert located[1] is True
        assert located[0].text == passage.text
        assert located[0].document.id == passage.document.id


def test_a_revised_passage_opens_the_nearest_and_says_so() -> None:
    old = split(document("a.txt", _LONG))
    places, passages = _places(document("a.txt", "完全不同的话。", "还有一句。"))
    located = places.locate(Place.of(old[-1]))
    assert located == (passages[-1], False)


def test_a_document_that_is_gone_or_empty_has_no_place() -> None:
    old = split(document("a.txt", _LONG))[0]
    assert _places(document("b.txt", _LONG))[0].locate(Place.of(old)) is None
    assert _places(document("a.txt", "# 只有标题"))[0].locate(Place.of(old)) is None
    assert _places()[0].locate(Place.of(old)) is None


def test_documents_are_found_by_their_keys() -> None:
    places = seeds_index().places
    for number, found in enumerate(seeds().documents):
        assert places.document(key(found.id)) == number
        assert [p.ordinal for p in places.passages(number)] == list(
            range(len(places.passages(number)))
        )
    assert places.document("nothing!") is None
