"""Loading and publishing in a separate process, so that its memory can be measured; it prints the results as JSON.

`python -m tests.bench.loading DATABASE ARTICLES [SEED NAME DAY]`; with DAY, all articles are of that day.
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
from tests.bench.corpus import FIRST_DAY, LAST_DAY, Corpus


@dataclass(slots=True)
class LoadTimes:
    """Seconds of wall time and processor time per phase, peak memory in MB, and the instant of the publish commit."""

    articles: int = 0
    generating: float = 0.0
    loading: float = 0.0
    loading_cpu: float = 0.0
    publishing: float = 0.0
    publishing_cpu: float = 0.0
    memory_loading: float = 0.0
    memory: float = 0.0
    published_at: float = 0.0

    @property
    def rate(self) -> float:
        """Articles that one core loads and publishes per second of processor time, without generating them."""
        return self.articles / (self.loading_cpu + self.publishing_cpu)


class _TimedArticles:
    """Articles, and the processor time that generating them took."""

    def __init__(self, articles: Iterable[RawArticle]) -> None:
        self._articles = articles
        self.seconds = 0.0

    def __iter__(self) -> Iterator[RawArticle]:
        remaining = iter(self._articles)
        while True:
            started = time.process_time()
            article = next(remaining, None)
            self.seconds += time.process_time() - started
            if article is None:
                return
            yield article


def load_corpus(database: Path, corpus: Corpus, *, name: str = "report", day: int | None = None) -> LoadTimes:
    """Load a corpus through the loader and publish it."""
    times = LoadTimes(articles=corpus.size)
    lexicon = Lexicon()
    resources = Resources(lexicon, Annotator(lexicon), Sources({}))
    articles = _TimedArticles(corpus.articles(first_day=day or FIRST_DAY, last_day=day or LAST_DAY, name=name))
    marks: dict[str, tuple[float, float, float]] = {}

    def mark(checkpoint: str) -> None:
        marks[checkpoint] = time.perf_counter(), time.process_time(), _megabytes()

    with open_writer(file_url(database)) as engine:
        mark("begun")
        summary = load(engine, articles, resources, checkpoint=mark)
    if summary.refused or summary.version is None:
        raise RuntimeError(f"not everything was loaded: {summary}")
    begun, written, ended = marks["begun"], marks["batch committed"], marks["publish committed"]
    times.generating = articles.seconds
    times.loading, times.loading_cpu = written[0] - begun[0], written[1] - begun[1] - articles.seconds
    times.publishing, times.publishing_cpu = ended[0] - written[0], ended[1] - written[1]
    times.memory_loading, times.memory = written[2], ended[2]
    times.published_at = time.time() - (time.perf_counter() - ended[0])
    return times


def _megabytes() -> float:
    """Return the peak memory of this process in MB; Linux reports it in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def main(database: str, articles: str, seed: str = "1", name: str = "report", day: str = "") -> None:
    """Load a corpus and print the times."""
    corpus = Corpus(int(articles), int(seed))
    print(json.dumps(asdict(load_corpus(Path(database), corpus, name=name, day=int(day) if day else None))))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
