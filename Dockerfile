FROM python:3.13-slim

WORKDIR /srv/dateline
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: --requirement requirements.lock
COPY pyproject.toml ./
COPY migrations ./migrations
COPY seed ./seed
COPY app ./app

RUN useradd --system --uid 10001 --no-create-home dateline && install --directory --owner dateline /data
USER 10001
VOLUME /data
ENV DATELINE_DATABASE_URL=sqlite:////data/dateline.db PYTHONUNBUFFERED=1
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sh", "-c", "python -m seed init && exec python -m seed serve --host 0.0.0.0"]
