"""Words, their offsets and the gaps between them."""

from hypothesis import given
from hypothesis import strategies as st

from seed.extract.text.tokens import MAX_WORDS, WordKinds, columns_of, tokenize


def test_possessives_split_words_and_initials_and_inner_apostrophes_do_not() -> None:
    words = [(token.text, token.gap) for token in tokenize("U.S. envoy's Ba'ath-era   plan,\nits end")]
    assert words == [
        ("U.S.", ""),
        ("envoy", " "),
        ("s", "'"),
        ("Ba'ath", " "),
        ("era", "-"),
        ("plan", " "),
        ("its", ",\n"),
        ("end", " "),
    ]


def test_a_word_has_its_case_and_word_lists() -> None:
    capital, small = tokenize("Said said", WordKinds({"said": frozenset({"say"})}))
    assert (capital.is_capital, small.is_capital) == (True, False)
    assert capital.kinds == small.kinds == frozenset({"say"})


@given(st.text(st.sampled_from("aB.' -_1é\n\"")))
def test_words_are_at_their_offsets(text: str) -> None:
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text


def test_a_capitalized_word_of_no_list_may_be_a_rare_given_name() -> None:
    tokens = tokenize("Xiomara xiomara Said", WordKinds({"said": frozenset({"say"})}, {"xiomara", "said"}))
    assert [sorted(token.kinds) for token in tokens] == [["rare_given_names"], [], ["say"]]


def test_words_that_were_looked_up_are_kept_up_to_a_maximum() -> None:
    word_kinds = WordKinds({})
    for number in range(MAX_WORDS + 1):
        assert word_kinds[f"A{number}"] == (True, frozenset())
    assert len(word_kinds) == 1


def test_columns_have_the_fields_of_all_words() -> None:
    tokens = tokenize("the Varro plan")
    assert list(zip(*columns_of(tokens), strict=True)) == tokens
    assert columns_of([]).texts == ()
