/* All that is held on one person. */
#include "lib/store/personal.h"

#include "lib/store/rows.h"

enum {
	PART_USER,
	PART_PROFILE,
	PART_SESSION,
	PART_API_KEY,
	PART_PASSKEY,
	PART_DEVICE_CODE,
	PART_PASSWORD_RESET,
	PART_INVITATION,
	PART_STREAM_KEY,
	PART_PROGRESS,
	PART_HISTORY,
	PART_AUDIT_LOG,
	PART_SETTING,
	PART_TORRENT,
	PART__MAX
};
_Static_assert((int)PART__MAX == (int)PERSONAL_PARTS, "as many in the header");

/* What was watched, as people know it. */
#define TITLE "t.kind || '-' || t.pid, t.name, e.season, e.number"
#define OF_TITLE(row)                                                          \
	"JOIN title t ON t.id = " row ".title_id "                             \
	"LEFT JOIN episode e ON e.id = " row ".episode_id "

/* Few have changed a setting, and who added a torrent is asked for with it
 * alone. */
#define SETTINGS "SELECT name, updated_at FROM setting WHERE updated_by = ?1"
#define TORRENTS                                                               \
	"SELECT d.id, t.kind || '-' || t.pid, d.added_at FROM torrent d "      \
	"LEFT JOIN title t ON t.id = d.title_id WHERE d.added_by = ?1"

static const char *const sql[PART__MAX] = {
	[PART_USER] = "SELECT id, email, name, display_name, role, state, "
		      "created_at, updated_at FROM user WHERE id = ?1",
	[PART_PROFILE] =
	    "SELECT id, name, avatar, colour, language, preferences, "
	    "maturity_limit, allows_unrated, pin_hash IS NOT NULL, created_at "
	    "FROM profile WHERE user_id = ?1 ORDER BY created_at, id",
	[PART_SESSION] =
	    "SELECT id, profile_id, device, address, refresh_counter, "
	    "rotated_at, last_used_at, refresh_expires_at, created_at, "
	    "expires_at, revoked_at, revoked_reason, api_key_id FROM session "
	    "WHERE user_id = ?1 ORDER BY created_at, id",
	[PART_API_KEY] =
	    "SELECT id, profile_id, kind, name, scope, created_at, expires_at, "
	    "last_used_at, last_address FROM api_key WHERE user_id = ?1 "
	    "ORDER BY created_at, id",
	[PART_PASSKEY] =
	    "SELECT id, name, credential, rp_id, algorithm, public_key, "
	    "sign_count, transports, created_at, last_used_at FROM passkey "
	    "WHERE user_id = ?1 ORDER BY id",
	[PART_DEVICE_CODE] =
	    "SELECT device, address, network, state, profile_id, interval_s, "
	    "polled_at, created_at, expires_at FROM device_code WHERE user_id = ?1 "
	    "ORDER BY created_at",
	[PART_PASSWORD_RESET] =
	    "SELECT created_by IS ?1, created_at, expires_at "
	    "FROM password_reset WHERE user_id = ?1 OR created_by = ?1",
	[PART_INVITATION] =
	    "SELECT id, role, created_at, expires_at FROM invitation "
	    "WHERE created_by = ?1 ORDER BY created_at, id",
	[PART_STREAM_KEY] =
	    "SELECT k.session_id, k.profile_id, " TITLE ", k.source_id, "
	    "k.quality, k.method, k.reason, NULLIF(k.device, ''), "
	    "k.created_at, k.last_used_at, k.revoked_at "
	    "FROM stream_key k " OF_TITLE("k") "WHERE k.user_id = ?1 "
					       "ORDER BY k.created_at",
	[PART_PROGRESS] =
	    "SELECT w.profile_id, " TITLE ", w.position, w.duration, "
	    "w.fraction, w.status, w.is_hidden, w.updated_at "
	    "FROM profile p JOIN progress w ON w.profile_id = p.id " OF_TITLE(
		"w") "WHERE p.user_id = ?1 ORDER BY w.updated_at",
	[PART_HISTORY] =
	    "SELECT w.profile_id, " TITLE ", w.watched_at "
	    "FROM profile p JOIN history w ON w.profile_id = p.id " OF_TITLE(
		"w") "WHERE p.user_id = ?1 ORDER BY w.watched_at",
	/* Where somebody else was when they did something is theirs. */
	[PART_AUDIT_LOG] =
	    "SELECT id, at, event, actor IS ?1, target, "
	    "CASE WHEN actor = ?1 THEN address END, "
	    "CASE WHEN actor = ?1 THEN request_id END, detail "
	    "FROM audit_log WHERE actor = ?1 OR target = ?1 "
	    "OR target IN (SELECT id FROM session WHERE user_id = ?1) "
	    "OR target IN (SELECT id FROM profile WHERE user_id = ?1) "
	    "ORDER BY id",
	[PART_SETTING] = SETTINGS,
	[PART_TORRENT] = TORRENTS,
};

static const char *const scans[] = { SETTINGS, TORRENTS, NULL };

const struct store_sql store_personal_sql = { "personal", sql, PART__MAX,
	scans };

#define COLUMNS(...)                                                           \
	(const struct personal_column[])                                       \
	{                                                                      \
		__VA_ARGS__,                                                   \
		{                                                              \
			0                                                      \
		}                                                              \
	}
#define TEXT(n)                                                                \
	{                                                                      \
		.name = (n), .type = PERSONAL_TEXT                             \
	}
#define INT(n)                                                                 \
	{                                                                      \
		.name = (n), .type = PERSONAL_INT                              \
	}
#define REAL(n)                                                                \
	{                                                                      \
		.name = (n), .type = PERSONAL_REAL                             \
	}
#define BOOL(n)                                                                \
	{                                                                      \
		.name = (n), .type = PERSONAL_BOOL                             \
	}
#define TIME(n)                                                                \
	{                                                                      \
		.name = (n), .type = PERSONAL_TIME                             \
	}
#define JSON(n)                                                                \
	{                                                                      \
		.name = (n), .type = PERSONAL_JSON                             \
	}
#define BYTES(n)                                                               \
	{                                                                      \
		.name = (n), .type = PERSONAL_BYTES                            \
	}
#define TITLE_COLUMNS                                                          \
	TEXT("titleId"), TEXT("titleName"), INT("season"), INT("episode")

const struct personal_part store_personal_parts[PERSONAL_PARTS] = {
	[PART_USER] = { "user", "The account.",
	    COLUMNS(TEXT("id"), TEXT("email"), TEXT("name"),
		TEXT("displayName"), TEXT("role"), TEXT("state"),
		TIME("createdAt"), TIME("updatedAt")) },
	[PART_PROFILE] = { "profile", "Who watches with this account.",
	    COLUMNS(TEXT("id"), TEXT("name"), TEXT("avatar"), TEXT("colour"),
		TEXT("language"), JSON("preferences"), INT("maturityLimit"),
		BOOL("allowsUnrated"), BOOL("hasPin"), TIME("createdAt")) },
	[PART_SESSION] = { "session", "Where somebody signed in, and when.",
	    COLUMNS(TEXT("id"), TEXT("profileId"), TEXT("device"),
		TEXT("address"), INT("refreshCounter"), TIME("rotatedAt"),
		TIME("lastUsedAt"), TIME("refreshExpiresAt"), TIME("createdAt"),
		TIME("expiresAt"), TIME("revokedAt"), TEXT("revokedReason"),
		TEXT("apiKeyId")) },
	[PART_API_KEY] = { "api_key",
	    "Keys and passwords for programs, without the keys themselves.",
	    COLUMNS(TEXT("id"), TEXT("profileId"), TEXT("kind"), TEXT("name"),
		TEXT("scope"), TIME("createdAt"), TIME("expiresAt"),
		TIME("lastUsedAt"), TEXT("lastAddress")) },
	[PART_PASSKEY] = { "passkey",
	    "Devices that sign this person in; of their keys the public half.",
	    COLUMNS(INT("id"), TEXT("name"), BYTES("credential"), TEXT("rpId"),
		INT("algorithm"), BYTES("publicKey"), INT("signCount"),
		TEXT("transports"), TIME("createdAt"), TIME("lastUsedAt")) },
	[PART_DEVICE_CODE] = { "device_code",
	    "Devices that this person has let in or turned away just now.",
	    COLUMNS(TEXT("device"), TEXT("address"), TEXT("network"),
		TEXT("state"), TEXT("profileId"), INT("intervalS"),
		TIME("polledAt"), TIME("createdAt"), TIME("expiresAt")) },
	[PART_PASSWORD_RESET] = { "password_reset",
	    "Codes for a new password, of or by this person, that wait to be "
	    "used.",
	    COLUMNS(BOOL("byThem"), TIME("createdAt"), TIME("expiresAt")) },
	[PART_INVITATION] = { "invitation",
	    "Invitations by this person that wait to be used.",
	    COLUMNS(TEXT("id"), TEXT("role"), TIME("createdAt"),
		TIME("expiresAt")) },
	[PART_STREAM_KEY] = { "stream_key",
	    "What was opened to be played in the last days.",
	    COLUMNS(TEXT("sessionId"), TEXT("profileId"), TITLE_COLUMNS,
		INT("sourceId"), TEXT("quality"), TEXT("method"),
		TEXT("reason"), JSON("device"), TIME("createdAt"),
		TIME("lastUsedAt"), TIME("revokedAt")) },
	[PART_PROGRESS] = { "progress", "Where a profile stopped watching.",
	    COLUMNS(TEXT("profileId"), TITLE_COLUMNS, REAL("position"),
		REAL("duration"), REAL("fraction"), TEXT("status"),
		BOOL("isHidden"), TIME("updatedAt")) },
	[PART_HISTORY] = { "history", "What was watched to its end, and when.",
	    COLUMNS(TEXT("profileId"), TITLE_COLUMNS, TIME("watchedAt")) },
	[PART_AUDIT_LOG] = { "audit_log",
	    "What this person did, and what was done to them.",
	    COLUMNS(INT("id"), TIME("at"), TEXT("event"), BOOL("byThem"),
		TEXT("target"), TEXT("address"), TEXT("requestId"),
		JSON("detail")) },
	[PART_SETTING] = { "setting",
	    "Settings that this person was the last to change.",
	    COLUMNS(TEXT("name"), TIME("updatedAt")) },
	[PART_TORRENT] = { "torrent", "Downloads that this person has added.",
	    COLUMNS(INT("id"), TEXT("titleId"), TIME("addedAt")) },
};

enum store_result
store_personal_read(struct db *db, size_t part, const char *user_id,
    store_personal_fn fn, void *arg, struct err *err)
{
	struct db_rows rows;
	int got;

	if (db_query(db, sql[part], DB_ARGS(DB_TEXT(user_id)), &rows, err) ==
	    -1)
		return STORE_ERROR;
	while ((got = db_next(&rows, err)) == 1)
		if (fn(&store_personal_parts[part], &rows, arg) != 0) {
			db_done(&rows);
			return STORE_NONE;
		}
	return got == 0 ? STORE_OK : STORE_ERROR;
}
