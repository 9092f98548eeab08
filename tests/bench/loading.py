"""Loading and publishing as a process of its own, so that its memory is its own: prints what it took as JSON.

`python -m tests.bench.loading DATABASE ARTICLES [SEED NAME DAY]`; with a day, all articles are of that day.
"""

import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from app.stores.sqlite import file_url
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon
from seed.maintenance.database import open_writer
from seed.pipeline.context import Resources
from seed.pipeline.load import load
from seed.readers.outlets import Sources
from seed.records import RawArticle
from tests.bench.corpus import FIRST, LAST, Corpus


@dataclass(slots=True)
class Loaded:
    """Seconds of wall time and of processor time for each part, megabytes at most; `visible` the instant of commit."""

    articles: int = 0
    making: float = 0.0
    loading: float = 0.0
    loading_cpu: float = 0.0
    publishing: float = 0.0
    publishing_cpu: float = 0.0
    memory_loading: float = 0.0
    memory: float = 0.0
    published_at: float = 0.0

    @property
    def rate(self) -> float:
        """Articles that one core loads and publishes in a second of processor time, making them not counted."""
        return self.articles / (self.loading_cpu + self.publishing_cpu)


class _Making:
    """Articles, and the processor time that making them took."""

    def __init__(self, articles: Iterable[RawArticle]) -> None:
        self._articles = articles
        self.seconds = 0.0

    def __iter__(self) -> Iterator[RawArticle]:
        left = iter(self._articles)
        while True:
            started = time.process_time()
            article = next(left, None)
            self.seconds += time.process_time() - started
            if article is None:
                return
            yield article


def load_corpus(database: Path, corpus: Corpus, *, name: str = "report", day: int | None = None) -> Loaded:
    """Load a corpus through the loader and publish it."""
    done = Loaded(articles=corpus.size)
    lexicon = Lexicon()
    resources = Resources(lexicon, Annotator(lexicon), Sources({}))
    made = _Making(corpus.articles(first_day=day or FIRST, last_day=day or LAST, name=name))
    marks: dict[str, tuple[float, float, float]] = {}

    def step(named: str) -> None:
        marks[named] = time.perf_counter(), time.process_time(), _megabytes()

    with open_writer(file_url(database)) as engine:
        step("begun")
        summary = load(engine, made, resources, checkpoint=step)
    if summary.refused or summary.version is None:
        raise RuntimeError(f"not all was loaded: {summary}")
    begun, written, ended = marks["begun"], marks["batch committed"], marks["publish committed"]
    done.making = made.seconds
    done.loading, done.loading_cpu = written[0] - begun[0], written[1] - begun[1] - made.seconds
    done.publishing, done.publishing_cpu = ended[0] - written[0], ended[1] - written[1]
    done.memory_loading, done.memory = written[2], ended[2]
    done.published_at = time.time() - (time.perf_counter() - ended[0])
    return done


def _megabytes() -> float:
    """Return the most memory that this process has had; Linux counts it in KiB, macOS in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)


def main(database: str, articles: str, seed: str = "1", name: str = "report", day: str = "") -> None:
    """Load and tell."""
    corpus = Corpus(int(articles), int(seed))
    print(json.dumps(asdict(load_corpus(Path(database), corpus, name=name, day=int(day) if day else None))))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
