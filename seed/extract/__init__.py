"""Text to mentions and statements: `Annotator` over a `Lexicon`."""

from seed.extract.annotator import Annotator
from seed.extract.lexicon import Lexicon, LexiconEntity, load_lexicon
from seed.extract.lexicon_check import check

__all__ = ["Annotator", "Lexicon", "LexiconEntity", "check", "load_lexicon"]
