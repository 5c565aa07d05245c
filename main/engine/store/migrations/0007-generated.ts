/** The messages that a pull's records become: more than were stored where events are flattened, as many in files of before (NULL). */
export const sql = `
ALTER TABLE pull_feed ADD COLUMN generated INTEGER;
`;
