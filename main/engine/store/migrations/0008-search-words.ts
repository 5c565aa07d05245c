/**
 * Both search indexes are made anew, behind whatever else is done: ids in names have left the text, and words of ids begin with their
 * UUID. See `search-words.ts`.
 */
export const sql = `
INSERT INTO search (search) VALUES ('delete-all');
INSERT INTO reference (reference) VALUES ('delete-all');
UPDATE meta SET value = 0 WHERE name = 'indexed';
`;
