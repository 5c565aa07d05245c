/**
 * Retention: records whose text was removed. They keep their key, identity, decision and delivery; `digest` (first 16 bytes of SHA-256 of
 * the text) tells whether a server sends the same again.
 */
export const sql = `
CREATE TABLE expired (key INTEGER PRIMARY KEY, digest BLOB NOT NULL);
INSERT INTO meta VALUES ('cleaned', NULL);
`;
