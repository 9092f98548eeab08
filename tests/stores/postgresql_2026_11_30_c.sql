-- The tables of the first release with this store, as its `create_tables` created them: never changed again.
CREATE TABLE source (
    id VARCHAR COLLATE "C" NOT NULL,
    name VARCHAR NOT NULL,
    names TEXT NOT NULL,
    domains TEXT NOT NULL,
    country VARCHAR,
    owner VARCHAR,
    kind VARCHAR,
    founded INTEGER,
    languages TEXT DEFAULT '[]' NOT NULL,
    groups TEXT DEFAULT '[]' NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE entity (
    id VARCHAR COLLATE "C" NOT NULL,
    type VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    wikidata VARCHAR COLLATE "C",
    aliases TEXT NOT NULL,
    learned_names TEXT NOT NULL,
    former_ids TEXT NOT NULL,
    member_of TEXT NOT NULL,
    local BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_entity_wikidata ON entity (wikidata);
CREATE TABLE article (
    id VARCHAR COLLATE "C" NOT NULL,
    revision_id BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE pending (
    article_id VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (article_id)
);
CREATE TABLE publish (
    version BIGSERIAL NOT NULL,
    token VARCHAR NOT NULL,
    published_at BIGINT NOT NULL,
    articles INTEGER NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    removed INTEGER DEFAULT '0' NOT NULL,
    PRIMARY KEY (version)
);
CREATE TABLE change (
    version BIGINT NOT NULL,
    article_id VARCHAR COLLATE "C" NOT NULL,
    revision_id BIGINT,
    kind VARCHAR NOT NULL,
    reason VARCHAR,
    PRIMARY KEY (version, article_id)
);
CREATE INDEX ix_change_article_id ON change (article_id, version);
CREATE TABLE snapshot_part (
    name VARCHAR COLLATE "C" NOT NULL,
    data BYTEA NOT NULL,
    digest VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE fetched (
    url VARCHAR COLLATE "C" NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    fetched_at BIGINT NOT NULL,
    status INTEGER NOT NULL,
    content_hash VARCHAR NOT NULL,
    PRIMARY KEY (url)
);
CREATE TABLE article_key (
    key VARCHAR COLLATE "C" NOT NULL,
    article_id VARCHAR COLLATE "C" NOT NULL,
    PRIMARY KEY (key),
    FOREIGN KEY(article_id) REFERENCES article (id)
);
CREATE INDEX ix_article_key_article_id ON article_key (article_id);
CREATE TABLE revision (
    id BIGSERIAL NOT NULL,
    article_id VARCHAR COLLATE "C" NOT NULL,
    source_id VARCHAR COLLATE "C" NOT NULL,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    text_kind VARCHAR NOT NULL,
    url VARCHAR,
    language VARCHAR,
    rights VARCHAR,
    authors TEXT NOT NULL,
    published_on VARCHAR,
    published_at BIGINT,
    precision VARCHAR NOT NULL,
    zone VARCHAR,
    basis VARCHAR,
    evidence VARCHAR,
    first_day INTEGER,
    last_day INTEGER,
    local_time INTEGER,
    given_entities TEXT,
    named TEXT DEFAULT '{}' NOT NULL,
    other_urls TEXT,
    language_detected BOOLEAN DEFAULT '0' NOT NULL,
    details TEXT,
    digest VARCHAR DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(article_id) REFERENCES article (id),
    FOREIGN KEY(source_id) REFERENCES source (id)
);
CREATE INDEX ix_revision_article_id ON revision (article_id);
CREATE TABLE removal (
    article_id VARCHAR COLLATE "C" NOT NULL,
    removed_at BIGINT NOT NULL,
    reason VARCHAR,
    PRIMARY KEY (article_id),
    FOREIGN KEY(article_id) REFERENCES article (id)
);
CREATE TABLE mention (
    revision_id BIGINT NOT NULL,
    field VARCHAR COLLATE "C" NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    entity_id VARCHAR COLLATE "C",
    rule VARCHAR NOT NULL,
    confidence FLOAT NOT NULL,
    PRIMARY KEY (revision_id, field, start, "end"),
    FOREIGN KEY(revision_id) REFERENCES revision (id),
    FOREIGN KEY(entity_id) REFERENCES entity (id)
);
CREATE TABLE statement (
    revision_id BIGINT NOT NULL,
    field VARCHAR COLLATE "C" NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    speaker_id VARCHAR COLLATE "C",
    speaker VARCHAR,
    cue VARCHAR,
    PRIMARY KEY (revision_id, field, start, "end"),
    FOREIGN KEY(revision_id) REFERENCES revision (id),
    FOREIGN KEY(speaker_id) REFERENCES entity (id)
);
CREATE TABLE article_text (
        id bigint PRIMARY KEY,
        length integer NOT NULL,
        title text COLLATE "C" NOT NULL,
        text text COLLATE "C" NOT NULL,
        joined text COLLATE "C" NOT NULL
    );
DO $$ BEGIN
        ALTER TABLE article_text ALTER title SET COMPRESSION lz4, ALTER text SET COMPRESSION lz4;
        EXCEPTION WHEN feature_not_supported THEN NULL;
    END $$;
CREATE TABLE article_text_posting (
        word text COLLATE "C",
        block bigint,
        entries bytea NOT NULL,
        PRIMARY KEY (word, block)
    );
ALTER TABLE article_text_posting ALTER entries SET STORAGE EXTERNAL;
CREATE TABLE article_text_totals (texts bigint NOT NULL, words bigint NOT NULL, tokenizer integer NOT NULL);
CREATE FUNCTION article_text_count() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE article_text_totals t
            SET texts = t.texts + c.sign * c.texts, words = t.words + c.sign * c.words
            FROM (
                SELECT count(*) AS texts, coalesce(sum(length), 0) AS words,
                    CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END AS sign
                FROM changed
            ) c;
        RETURN NULL;
    END $$;
CREATE TRIGGER article_text_added AFTER INSERT ON article_text
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count();
CREATE TRIGGER article_text_deleted AFTER DELETE ON article_text
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_count();
CREATE FUNCTION article_text_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM article_text USING changed WHERE article_text.id = changed.id;
        UPDATE article_text_posting p
            SET entries = coalesce((
                SELECT string_agg(entry, ''::bytea ORDER BY number)
                FROM generate_series(0, octet_length(p.entries) / 4 - 1) number,
                    LATERAL (SELECT substr(p.entries, 4 * number + 1, 4) AS entry) one
                WHERE substr(entry, 1, 2) <> ALL (gone.places)
            ), '')
            FROM (
                SELECT id / 4096 AS block,
                    array_agg(int2send(CAST(mod(id, 4096) AS smallint))) AS places
                FROM changed GROUP BY 1
            ) gone
            WHERE p.block = gone.block;
        DELETE FROM article_text_posting WHERE entries = '';
        RETURN NULL;
    END $$;
CREATE TRIGGER article_text_revision_deleted AFTER DELETE ON revision
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION article_text_delete();
ALTER TABLE snapshot_part ALTER data SET STORAGE EXTERNAL;
CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY);
INSERT INTO article_text_totals VALUES (0, 0, 1);
INSERT INTO alembic_version VALUES ('2026_11_30_c');
