// What the export of what is held on a person leaves out, and why.

/** Tables that name a person and are not in the export, and why. */
export const excused: Record<string, string> = {
  passkey_challenge: "a hash of what was given out to be signed, for some minutes",
};

/** Columns that are not in the export, and why. */
export const leftOut: Record<string, string[]> = {
  "the account's own id, which is in export.json": [
    "profile.user_id",
    "session.user_id",
    "api_key.user_id",
    "passkey.user_id",
    "stream_key.user_id",
    "password_reset.user_id",
    "device_code.user_id",
    "invitation.created_by",
  ],
  "the same as another column, spelled for finding it": ["user.email_key", "user.name_key"],
  "a hash of a secret, of no use to its owner": [
    "user.password_hash",
    "session.refresh_hash",
    "session.previous_hash",
    "session.client_hash",
    "api_key.hash",
    "stream_key.hash",
    "password_reset.code_hash",
    "device_code.hash",
    "device_code.user_code_hash",
    "invitation.code_hash",
  ],
  "shown under a name that says more": [
    "profile.pin_hash", // hasPin
    "audit_log.actor", // byThem
    "password_reset.created_by", // byThem
    "stream_key.episode_id",
    "progress.episode_id",
    "history.episode_id",
  ],
  "the number of a row, which nothing else names": ["progress.id", "history.id"],
  "a link of the log's chain": [
    ...["who_salt", "who_digest", "what_salt", "what_digest", "hash"],
    ...["who_erased_by", "what_erased_by"],
  ].map((column) => `audit_log.${column}`),
};

/** Of what is the household's a person is told that they did it, and this. */
export const shared: Record<string, string[]> = {
  setting: ["name", "updated_at"],
  torrent: ["id", "title_id", "added_at"],
};
