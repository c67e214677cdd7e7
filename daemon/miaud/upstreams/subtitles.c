/* What searching and fetching share: the settings, the quota, the calls. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/dbthread.h"
#include "daemon/miaud/upstreams/part.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/settings.h"

struct subtitles *
subtitles_new(struct miaud *miaud)
{
	struct subtitles *subtitles = mem_calloc(1, sizeof(*subtitles));

	subtitles->miaud = miaud;
	subtitles->has_quota =
	    store_quota_find(miaud->db, OPENSUBTITLES, &subtitles->quota,
		&(struct err){ 0 }) == STORE_OK;
	return subtitles;
}

void
subtitles_sign_out(struct subtitles *subtitles)
{
	if (subtitles->token != NULL)
		mem_wipe(subtitles->token, strlen(subtitles->token));
	free(subtitles->token);
	subtitles->token = NULL;
}

void
subtitles_reload(struct subtitles *subtitles)
{
	/* Another key has another quota. */
	subtitles_sign_out(subtitles);
	subtitles->has_quota = false;
	net_forgive(subtitles->miaud->net, OPENSUBTITLES);
}

void
subtitles_free(struct subtitles *subtitles)
{
	if (subtitles == NULL)
		return;
	subtitles_sign_out(subtitles);
	free(subtitles);
}

static const char *
setting(const struct subtitles *subtitles, enum setting_id id)
{
	return settings_text(subtitles->miaud->settings, id);
}

/* What can stand in a header. */
static bool
is_plain(const char *text)
{
	while (isgraph((unsigned char)*text))
		text++;
	return *text == '\0';
}

int
subtitles_check_on(const struct subtitles *subtitles, struct err *err)
{
	const char *key = setting(subtitles, SETTING_OPENSUBTITLES_KEY);

	if (*key == '\0')
		return err_set(err, ERR_UPSTREAM_OFF,
		    OPENSUBTITLES
		    " is not set up: an administrator enters a key of its "
		    "API in the settings.");
	if (!is_plain(key))
		return err_set(err, ERR_UPSTREAM_REFUSED,
		    "The key for " OPENSUBTITLES
		    " holds characters that no key has.");
	return 0;
}

char *
subtitles_url(const struct subtitles *subtitles, const char *path)
{
	const char *base = setting(subtitles, SETTING_OPENSUBTITLES_URL);
	size_t len = strlen(base), size;
	char *url;

	while (len > 0 && base[len - 1] == '/')
		len--;
	size = len + strlen(path) + 1;
	url = mem_calloc(1, size);
	snprintf(url, size, "%.*s%s", (int)len, base, path);
	return url;
}

void
subtitles_ask(struct subtitles *subtitles, const char *url, const char *body,
    net_done_fn done, void *arg)
{
	char key[SUBTITLES_HEADER_MAX], token[SUBTITLES_HEADER_MAX];
	const char *headers[SUBTITLES_HEADERS] = { key,
		"Accept: application/json", "Content-Type: application/json" };
	char *base = subtitles_url(subtitles, "");

	snprintf(key, sizeof(key), "Api-Key: %s",
	    setting(subtitles, SETTING_OPENSUBTITLES_KEY));
	if (subtitles->token != NULL) {
		snprintf(token, sizeof(token), "Authorization: Bearer %s",
		    subtitles->token);
		headers[3] = token;
	}
	net_send(subtitles->miaud->net,
	    &(struct net_request){ .service = OPENSUBTITLES,
		.base = base,
		.url = url,
		.method = body == NULL ? "GET" : "POST",
		.headers = headers,
		.body = body,
		.body_len = body == NULL ? 0 : strlen(body),
		.total_ms = SUBTITLES_CALL_MS,
		.is_idempotent = body == NULL },
	    done, arg);
	mem_wipe(key, sizeof(key));
	mem_wipe(token, sizeof(token));
	free(base);
}

static int
quota_job(struct db *db, void *arg, struct err *err)
{
	return store_quota_put(db, OPENSUBTITLES, arg, err) == STORE_OK ? 0
									: -1;
}

static void
quota_done(void *arg, const struct err *err)
{
	if (err->code != ERR_NONE)
		log_warn("subtitles.quota", "%s", err->text);
	free(arg);
}

void
subtitles_take_quota(
    struct subtitles *subtitles, const struct service_quota *quota)
{
	struct service_quota *copy = mem_calloc(1, sizeof(*copy));
	struct err err;

	subtitles->quota = *quota;
	subtitles->has_quota = true;
	*copy = *quota;
	if (dbthread_submit(subtitles->miaud->dbthread, DBJOB_BATCHED,
		quota_job, quota_done, copy, &err) == -1)
		quota_done(copy, &err);
}

struct json_object *
subtitles_show_quota(const struct subtitles *subtitles)
{
	struct json_object *obj;

	if (!subtitles->has_quota)
		return NULL;
	obj = json_object_new_object();
	json_add_int(obj, "remaining", subtitles->quota.remaining);
	json_add_time(obj, "resetAt", subtitles->quota.reset_at);
	return obj;
}

char *
subtitles_sign_in_body(const struct subtitles *subtitles)
{
	const char *user = setting(subtitles, SETTING_OPENSUBTITLES_USER);
	struct json_object *obj;
	char *body;

	if (*user == '\0')
		return NULL;
	obj = json_object_new_object();
	json_add_text(obj, "password",
	    setting(subtitles, SETTING_OPENSUBTITLES_PASSWORD));
	json_add_text(obj, "username", user);
	body = mem_strdup(json_object_to_json_string(obj));
	json_object_put(obj);
	return body;
}

/* --- subtitles.status ------------------------------------------------------ */

struct trial {
	struct rpc_call *call;
	struct subtitles *subtitles;
};

static void
show_status(struct trial *trial)
{
	struct json_object *out = json_object_new_object();
	struct err err;

	json_add_bool(
	    out, "isOn", subtitles_check_on(trial->subtitles, &err) == 0);
	json_add(out, "quota", subtitles_show_quota(trial->subtitles));
	rpc_reply(trial->call, out);
	free(trial);
}

static void
tried(void *arg, const struct net_answer *answer, const struct err *err)
{
	struct opensubtitles_found found[OPENSUBTITLES_FOUND_MAX];
	struct trial *trial = arg;
	struct err wrong = *err;
	size_t n;

	if (answer != NULL &&
	    opensubtitles_read_found(answer, found, &n, &wrong) == 0) {
		show_status(trial);
		return;
	}
	rpc_fail(trial->call, &wrong);
	free(trial);
}

/* With "test" a search is tried, which costs nothing of the quota. */
void
subtitles_status(struct rpc_call *call)
{
	struct trial *trial = mem_calloc(1, sizeof(*trial));
	struct err err;
	char *url;

	trial->call = call;
	trial->subtitles = rpc_miaud(call)->subtitles;
	if (!json_get_bool(rpc_params(call), "test", false)) {
		show_status(trial);
		return;
	}
	if (subtitles_check_on(trial->subtitles, &err) == -1) {
		rpc_fail(call, &err);
		free(trial);
		return;
	}
	url = subtitles_url(
	    trial->subtitles, "/subtitles?imdb_id=133093&languages=en");
	subtitles_ask(trial->subtitles, url, NULL, tried, trial);
	free(url);
}
