/**
 * The first shape of the file.
 *
 * A record's key counts up from 1 without gaps. What every query asks about (feed, type, TLP, decision, delivery, size, time)
 * is kept in column segments of 4096 records: small BLOBs that are read into typed arrays, so that counting a million
 * records takes milliseconds and deciding on all of them rewrites a few hundred BLOBs instead of a million rows.
 * What only a shown row needs is in `record`; the server's text is in `chunk`, many records to a BLOB.
 */
export const sql = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  api_root TEXT NOT NULL,
  collection TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  cursor TEXT,
  records INTEGER NOT NULL DEFAULT 0,
  UNIQUE (source, api_root, collection, kind)
);
CREATE TABLE source_state (source TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE pull (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  state TEXT NOT NULL,
  requests INTEGER NOT NULL DEFAULT 0,
  failure TEXT,
  process TEXT NOT NULL
);
CREATE INDEX pull_source ON pull (source);
CREATE TABLE pull_feed (
  pull INTEGER NOT NULL REFERENCES pull,
  feed INTEGER NOT NULL REFERENCES feed,
  pages INTEGER NOT NULL DEFAULT 0,
  requests INTEGER NOT NULL DEFAULT 0,
  received INTEGER NOT NULL DEFAULT 0,
  stored INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  announced INTEGER,
  completeness TEXT,
  failure TEXT,
  PRIMARY KEY (pull, feed)
) WITHOUT ROWID;

-- One stored page: the keys first … first+records-1 came together. hashes: u32 a record, see identity.ts.
CREATE TABLE arrival (
  first INTEGER PRIMARY KEY,
  records INTEGER NOT NULL,
  feed INTEGER NOT NULL REFERENCES feed,
  pull INTEGER NOT NULL REFERENCES pull,
  received INTEGER NOT NULL,
  hashes BLOB NOT NULL
);
CREATE INDEX arrival_feed ON arrival (feed);

CREATE TABLE record (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  version TEXT NOT NULL,
  name TEXT NOT NULL,
  problems TEXT
);
-- Server text of consecutive records. ends: u32 little-endian end offset of each.
CREATE TABLE chunk (first INTEGER PRIMARY KEY, ends BLOB NOT NULL, bytes BLOB NOT NULL);
-- Text that came later under the same identity while the record was still staged; wins over chunk.
CREATE TABLE replaced (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);

-- Interned combinations of what describes a record and does not change by decisions.
CREATE TABLE shape (
  id INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL REFERENCES feed,
  type TEXT NOT NULL,
  tlp TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  problems INTEGER NOT NULL
);
-- u32 shape, u32 byte length, f64 modified (NaN: none) a record.
CREATE TABLE segment (
  seg INTEGER PRIMARY KEY,
  rev INTEGER NOT NULL,
  shapes BLOB NOT NULL,
  bytes BLOB NOT NULL,
  modified BLOB NOT NULL
);
-- u8 a record: decision, delivery, flags. See columns.ts.
CREATE TABLE segment_state (seg INTEGER PRIMARY KEY, rev INTEGER NOT NULL, states BLOB NOT NULL);

CREATE TABLE decision (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  decision TEXT NOT NULL,
  reason TEXT,
  changed INTEGER NOT NULL,
  undone INTEGER
);
-- What the changed records of one segment had before. See decision-log.ts.
CREATE TABLE decision_part (
  seg INTEGER NOT NULL,
  decision INTEGER NOT NULL REFERENCES decision,
  before BLOB NOT NULL,
  PRIMARY KEY (seg, decision)
) WITHOUT ROWID;
CREATE INDEX decision_part_decision ON decision_part (decision);

CREATE TABLE destination (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
-- u16 a record: outbox state, flags, attempts. See columns.ts.
CREATE TABLE outbox_segment (
  destination INTEGER NOT NULL REFERENCES destination,
  seg INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  marks BLOB NOT NULL,
  PRIMARY KEY (destination, seg)
);
-- keys: u32 pairs first, count.
CREATE TABLE batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  destination INTEGER NOT NULL REFERENCES destination,
  state TEXT NOT NULL,
  process TEXT NOT NULL,
  began INTEGER NOT NULL,
  ended INTEGER,
  records INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  keys BLOB NOT NULL,
  failure TEXT
);
CREATE INDEX batch_range ON batch (destination, first);
CREATE INDEX batch_open ON batch (state) WHERE state = 'in_flight';
-- Records taken out of a batch because they can never be sent as they are.
CREATE TABLE refused (
  destination INTEGER NOT NULL REFERENCES destination,
  key INTEGER NOT NULL,
  at INTEGER NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (destination, key)
) WITHOUT ROWID;
CREATE TABLE handover (id INTEGER PRIMARY KEY, state TEXT NOT NULL, process TEXT NOT NULL, run TEXT NOT NULL);

CREATE TABLE lock (name TEXT PRIMARY KEY, process TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE log (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  level TEXT NOT NULL,
  process TEXT NOT NULL,
  thread TEXT NOT NULL,
  message TEXT NOT NULL
);
CREATE TABLE saved_filter (name TEXT PRIMARY KEY, filter TEXT NOT NULL) WITHOUT ROWID;

-- Built behind the pull: names up to meta.named, words and references up to meta.indexed.
CREATE TABLE name_order (name TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (name, key)) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(
  text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE reference USING fts5(
  ids, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '-'"
);
-- Indexing comes in many small transactions: merge their segments less eagerly.
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO reference (reference, rank) VALUES ('automerge', 8);
-- Room for a whole slice in memory before a segment is written. Bytes.
INSERT INTO search (search, rank) VALUES ('hashsize', 8388608);
INSERT INTO reference (reference, rank) VALUES ('hashsize', 4194304);

INSERT INTO meta VALUES ('rev', 0), ('indexed', 0), ('named', 0);
`;
