/**
 * Rows of tables and events: what their kinds have beyond the common columns, and which records are versions of the same row.
 * Only these kinds pay for it; pages of STIX objects are stored as before.
 */
export const sql = `
-- Part of what a record is counted and filtered by; empty for kinds that have none.
ALTER TABLE shape ADD COLUMN severity TEXT NOT NULL DEFAULT '';
ALTER TABLE shape ADD COLUMN change TEXT NOT NULL DEFAULT '';

-- One version of a row of the CVE Early Warning List. first: the row's first version; what its versions have in common.
-- digest: u32 of the text. Times are epoch ms; what the list leaves out is NULL or empty.
CREATE TABLE cewl (
  key INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  score REAL,
  severity TEXT NOT NULL,
  vendor TEXT NOT NULL,
  product TEXT NOT NULL,
  cwe TEXT NOT NULL,
  published REAL,
  added REAL,
  discovered REAL,
  first_seen REAL,
  id_ref REAL
);
CREATE TABLE cewl_row (
  feed INTEGER NOT NULL REFERENCES feed,
  id TEXT NOT NULL,
  first INTEGER NOT NULL,
  PRIMARY KEY (feed, id)
) WITHOUT ROWID;

-- Which lookup the rows marked as handed over are in; empty for destinations that take events. See outbox.ts.
ALTER TABLE destination ADD COLUMN holds TEXT NOT NULL DEFAULT '';

-- sources: JSON list of texts.
CREATE TABLE event (key INTEGER PRIMARY KEY, happened REAL, sources TEXT NOT NULL, attributes INTEGER NOT NULL);

-- Which records are about a CVE: rows of the list and STIX vulnerabilities, up to meta.linked. Built behind the pull, for files of
-- the first format from their beginning.
CREATE TABLE cve (cve TEXT NOT NULL, key INTEGER NOT NULL, PRIMARY KEY (cve, key)) WITHOUT ROWID;
INSERT INTO meta VALUES ('linked', 0);
`;
