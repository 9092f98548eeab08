"""Extraction of mentions and statements from texts: an `Annotator` over a `Lexicon`."""

from seed.extract.annotator import Annotator
from seed.extract.lexicon.check import check_lexicon
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, load_lexicon

__all__ = ["Annotator", "Lexicon", "LexiconEntity", "check_lexicon", "load_lexicon"]
