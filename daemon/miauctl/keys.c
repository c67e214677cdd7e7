/* `miauctl keys`: the master key, for safe keeping and for another one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/miauctl/command.h"
#include "daemon/miauctl/prepare.h"
#include "daemon/miauctl/qr.h"
#include "daemon/miauctl/table.h"
#include "lib/auth/key_proof.h"
#include "lib/auth/rotation.h"
#include "lib/base/encode.h"
#include "lib/base/fs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { KEY_BYTES = AUTH_KEY_SIZE };

/* --- export ----------------------------------------------------------------- */

/* The key as 64 hex digits in groups, and as a QR code. */
static int
read_key(const struct ctl *ctl, unsigned char key[KEY_BYTES], struct err *err)
{
	char path[PATHS_MAX + 16];
	struct buf file;
	int result;

	snprintf(path, sizeof(path), "%s/master.key", ctl->paths.keys);
	buf_init(&file, 4 * KEY_BYTES);
	result = fs_read(path, &file, err);
	if (result == 0 && file.len == KEY_BYTES)
		memcpy(key, file.data, KEY_BYTES);
	else if (result == 0 &&
	    !decode_hex(str_trim(file.data), key, KEY_BYTES))
		result =
		    err_set(err, ERR_CORRUPT, "%s is not a master key.", path);
	mem_wipe(file.data, file.len);
	buf_fini(&file);
	return result;
}

static int
run_export(struct ctl *ctl, const struct args *args UNUSED)
{
	unsigned char key[KEY_BYTES];
	char hex[ENCODE_HEX_SIZE(KEY_BYTES)];
	struct json_object *out;
	struct err err;
	int i;

	if (auth_keys_variable() != NULL)
		return ctl_refuse(ctl,
		    "The master key comes from MIAU_MASTER_KEY or "
		    "MIAU_MASTER_KEY_FILE: keep what stands there.");
	if (read_key(ctl, key, &err) == -1)
		return ctl_fail(ctl, &err);
	encode_hex(key, sizeof(key), hex);
	mem_wipe(key, sizeof(key));
	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_text(out, "masterKey", hex);
		mem_wipe(hex, sizeof(hex));
		return ctl_print(ctl, out);
	}
	puts("The master key. Whoever has it and a copy of the state folder "
	     "can read all of it;\nwithout it a backup's secrets are lost. "
	     "Keep it apart from backups.\n");
	for (i = 0; i < KEY_BYTES * 2; i += 8)
		printf("%.8s%s", hex + i, i % 32 == 24 ? "\n" : " ");
	puts("\nTo use it elsewhere: MIAU_MASTER_KEY_FILE names a file with "
	     "these 64 digits.\n");
	if (ctl->is_terminal)
		qr_print(hex);
	mem_wipe(hex, sizeof(hex));
	return CTL_OK;
}

static const struct command keys_export = {
	.name = "export",
	.summary = "Print the master key, to keep it somewhere safe",
	.help = "As text, and on a terminal as a QR code.",
	.run = run_export,
};

/* --- list ------------------------------------------------------------------- */

/* What is known of the keys, beside what is sealed by them. */
struct known {
	char present[SEAL_ID_SIZE]; /* "": it could not be read */
	char proven[SEAL_ID_SIZE];  /* of the key to which `since` belongs */
	char next[SEAL_ID_SIZE];    /* "": none takes over */
	int64_t since;
};

static int
find_known(struct ctl *ctl, struct known *known, struct err *err)
{
	struct key_proof proof;
	struct auth_keys *keys;
	struct err ignored;

	*known = (struct known){ 0 };
	if (store_key_proof_find(ctl->db, ctl->arena, &proof, err) ==
	    STORE_ERROR)
		return -1;
	if (proof.sealed == NULL || !seal_read_id(proof.sealed, known->proven))
		known->proven[0] = '\0';
	if (proof.next == NULL || !seal_read_id(proof.next, known->next))
		known->next[0] = '\0';
	known->since = proof.since;
	keys = auth_keys_load(ctl->paths.keys, 0, &ignored);
	if (keys != NULL)
		seal_key_id(keys, known->present);
	auth_keys_free(keys);
	return 0;
}

static const char *
state_of(const struct known *known, const char *id)
{
	if (known->next[0] != '\0' && strcmp(id, known->next) == 0)
		return "taking over";
	if (known->next[0] != '\0' && strcmp(id, known->proven) == 0)
		return "going";
	return strcmp(id, known->present) == 0 ? "present" : "unknown";
}

static struct json_object *
keys_json(const struct known *known, const struct sealed_by *list, size_t n)
{
	struct json_object *all = json_object_new_array(), *key;
	struct json_object *out = json_object_new_object();
	size_t i;

	for (i = 0; i < n; i++) {
		key = json_object_new_object();
		json_add_text(key, "id", list[i].id);
		json_add_text(key, "state", state_of(known, list[i].id));
		json_add_time(key, "since",
		    strcmp(list[i].id, known->proven) == 0 ? known->since : 0);
		json_add_int(key, "values", list[i].n_values);
		json_add_int(key, "files", list[i].n_files);
		json_object_array_add(all, key);
	}
	json_add(out, "keys", all);
	return out;
}

static int
print_keys(const struct ctl *ctl, const struct known *known,
    const struct sealed_by *list, size_t n)
{
	struct table *table = table_new("Key|State|Since|Values>|Files>");
	char since[64];
	size_t i;

	for (i = 0; i < n; i++) {
		table_add(table, list[i].id);
		table_add(table, state_of(known, list[i].id));
		ctl_time(known->since, since);
		table_add(table,
		    known->since != 0 && strcmp(list[i].id, known->proven) == 0
			? since
			: NULL);
		table_addf(table, "%lld", (long long)list[i].n_values);
		table_addf(table, "%lld", (long long)list[i].n_files);
	}
	return table_print(ctl, table, "Nothing is sealed yet.");
}

static int
run_list(struct ctl *ctl, const struct args *args UNUSED)
{
	struct sealed_by *list;
	struct known known;
	struct err err;
	size_t n;
	int code;

	if (ctl_database(ctl, DB_READ, &err) == -1 ||
	    find_known(ctl, &known, &err) == -1 ||
	    auth_count_sealed(ctl->db, ctl->paths.resume, &list, &n, &err) ==
		-1)
		return ctl_fail(ctl, &err);
	code = ctl->is_json ? ctl_print(ctl, keys_json(&known, list, n))
			    : print_keys(ctl, &known, list, n);
	free(list);
	return code;
}

static const struct command keys_list = {
	.name = "list",
	.summary = "Show by which key how much is sealed",
	.help = "Keys are told by an id, from which nobody learns the key.",
	.run = run_list,
};

/* --- rotate ----------------------------------------------------------------- */

static const struct option rotate_options[] = {
	{ .name = "new-key-file",
	    .type = OPTION_FILE,
	    .value = "FILE",
	    .help = "The new key (32 bytes or 64 hexadecimal digits), where "
		    "the present one comes from a variable." },
	{ 0 }
};

/* 0, or an exit code. */
static int
check_new_key(const struct ctl *ctl, const char *file)
{
	const char *variable = auth_keys_variable();

	if (variable != NULL && file == NULL)
		return ctl_refuse(ctl,
		    "The master key comes from %s. Write a new one into a file "
		    "(`openssl rand -hex 32`), run `miauctl keys rotate "
		    "--new-key-file FILE`, and put it into %s afterwards.",
		    variable, variable);
	if (variable == NULL && file != NULL)
		return ctl_refuse(ctl,
		    "The master key lies in keys/, where a new one is made: "
		    "leave --new-key-file out.");
	return CTL_OK;
}

/* The lock is miaud's: nobody starts it, or this twice, meanwhile. */
static int
rotate_locked(const struct ctl *ctl, const char *file, struct rotation *told,
    struct err *err)
{
	char path[PATHS_MAX + 16];
	int fd, result;

	if (prepare_refuse_running(ctl, err) == -1 ||
	    ctl_expect_database(ctl, err) == -1 ||
	    paths_refuse_stranger(&ctl->paths, err) == -1 ||
	    paths_make(&ctl->paths, err) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/miaud.lock", ctl->paths.run);
	fd = fs_lock(path, err);
	if (fd == -1)
		return -1;
	result = auth_rotate(&ctl->paths, file, told, err);
	close(fd);
	return result;
}

static int
print_rotation(const struct ctl *ctl, const struct rotation *told)
{
	const char *variable = auth_keys_variable();
	struct json_object *out;

	if (ctl->is_json) {
		out = json_object_new_object();
		json_add_text(out, "from", told->from);
		json_add_text(out, "to", told->to);
		json_add_int(out, "values", told->n_values);
		json_add_int(out, "files", told->n_files);
		json_add_int(out, "left", told->n_left);
		return ctl_print(ctl, out);
	}
	printf("The master key %s was replaced by %s: %lld values and %lld "
	       "files were sealed anew. Everybody signs in again.\n",
	    told->from, told->to, (long long)told->n_values,
	    (long long)told->n_files);
	if (told->n_left > 0)
		printf("%lld could not be opened and were left as they were.\n",
		    (long long)told->n_left);
	if (variable != NULL)
		printf("Put the new key into %s before you start Miauflix.\n",
		    variable);
	else
		puts("Keep it safe: `miauctl keys export`. Backups of before "
		     "need the old one.");
	return CTL_OK;
}

static int
run_rotate(struct ctl *ctl, const struct args *args)
{
	const char *file = args_text(args, "new-key-file");
	struct rotation told;
	struct err err;
	int code = check_new_key(ctl, file);

	if (code != CTL_OK)
		return code;
	if (rotate_locked(ctl, file, &told, &err) == -1)
		return ctl_fail(ctl, &err);
	return print_rotation(ctl, &told);
}

static const struct command keys_rotate = {
	.name = "rotate",
	.summary = "Replace the master key by a new one",
	.help = "Miauflix must not run. All that is sealed is sealed anew, and "
		"everybody has to sign in again. When it was interrupted, the "
		"same command goes on; nothing else starts before. Backups of "
		"before need the old key: `miauctl keys export` prints it.",
	.options = rotate_options,
	.run = run_rotate,
};

static const struct command *const keys_subs[] = { &keys_export, &keys_list,
	&keys_rotate, NULL };

const struct command command_keys = {
	.name = "keys",
	.summary = "The key that seals what is secret",
	.subs = keys_subs,
};
