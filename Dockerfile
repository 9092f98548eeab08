FROM python:3.13-slim

WORKDIR /srv/dateline
COPY requirements.lock requirements-dev.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: --requirement requirements.lock
# `--build-arg POSTGRESQL=yes` adds the driver of the extra `postgresql`.
ARG POSTGRESQL=
RUN if [ -n "$POSTGRESQL" ]; then \
        awk '/^[^ ]/ {wanted = /^psycopg/} wanted' requirements-dev.lock > /tmp/postgresql.lock \
        && pip install --no-cache-dir --no-deps --require-hashes --only-binary=:all: --requirement /tmp/postgresql.lock; \
    fi
# `--build-arg MCP=yes` adds the packages of the extra `mcp`.
ARG MCP=
RUN if [ -n "$MCP" ]; then \
        awk '/^[^ ]/ {wanted = /^(mcp|mcp-types|attrs|cffi|cryptography|httpcore2|httpx2|jsonschema|jsonschema-specifications|opentelemetry-api|pycparser|pyjwt|python-multipart|referencing|rpds-py|sse-starlette|truststore)==/} wanted' requirements-dev.lock > /tmp/mcp.lock \
        && pip install --no-cache-dir --no-deps --require-hashes --only-binary=:all: --requirement /tmp/mcp.lock; \
    fi
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
