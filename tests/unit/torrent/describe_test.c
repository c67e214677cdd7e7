/* What describes a torrent: what is read, what is refused and why, what is
 * made. */
#include <sys/stat.h>

#include "daemon/torrent/describe.h"
#include "tests/unit/helpers.h"

#define HASH "aaaaaaaaaaaaaaaaaaaa"
/* The end of an info dictionary: one piece of 16 KiB. */
#define PIECES "12:piece lengthi16384e6:pieces20:" HASH
#define INFO(files) "d4:infod5:filesl" files "e4:name4:Pack" PIECES "ee"
#define ONE(length, rest) "d4:infod6:lengthi" length "e4:name1:x" rest "ee"

static void
refused(const char *bytes, size_t len, const char *because)
{
	struct torrent_meta meta;
	struct err err = { 0 };

	if (torrent_parse(bytes, len, &meta, &err) == 0)
		fail_msg("taken, though: %s", because);
	assert_int_equal(err.code, ERR_TORRENT_INVALID);
	if (strstr(err.text, because) == NULL)
		fail_msg("\"%s\" says not: %s", err.text, because);
}

static void
test_read(void **state)
{
	static const char bytes[] = INFO("d6:lengthi5e4:pathl1:a5:b.mp4ee"
					 "d6:lengthi7e4:pathl1:cee");
	struct torrent_meta meta;
	struct err err;

	(void)state;
	assert_ok(torrent_parse(bytes, sizeof(bytes) - 1, &meta, &err), &err);
	assert_string_equal(meta.name, "Pack");
	assert_int_equal(meta.size, 12);
	assert_int_equal(meta.piece_size, 16384);
	assert_int_equal(meta.n_pieces, 1);
	assert_int_equal(meta.n_files, 2);
	assert_string_equal(meta.files[0].path, "a/b.mp4");
	assert_string_equal(meta.files[1].path, "c");
	assert_int_equal(meta.files[1].offset, 5);
	assert_int_equal(meta.files[1].size, 7);
	torrent_meta_free(&meta);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *bytes, *because;
	} cases[] = {
		{ "", "empty" },
		{ "garbage", "encoding" },
		{ "d4:info", "encoding" },
		{ "i5e", "encoding" },
		{ "de", "does not say" },
		{ "d4:infoi1ee", "does not say" },
		{ INFO("d6:lengthi5e4:pathl2:..1:xee"), "leads out" },
		{ INFO("d6:lengthi5e4:pathl1:.1:xee"), "leads out" },
		{ INFO("d6:lengthi5e4:pathl4:/etcee"), "slash" },
		{ INFO("d6:lengthi5e4:pathl4:a\\.bee"), "slash" },
		{ INFO("d6:lengthi5e4:pathl0:ee"), "empty part" },
		{ INFO("d6:lengthi5e4:pathlee"), "no path" },
		{ INFO("d6:lengthi5e4:pathl2:\xff\xff"
		       "ee"),
		    "UTF-8" },
		{ INFO("d6:lengthi5e4:pathl3:a\nbee"), "control" },
		{ INFO("d4:attr1:l6:lengthi5e4:pathl1:xe12:symlink pathl1:yee"),
		    "link" },
		{ INFO("d6:lengthi5e4:pathl1:xeed6:lengthi5e4:pathl1:xee"),
		    "same name" },
		{ INFO("d6:lengthi0e4:pathl1:xee"), "holds nothing" },
		{ INFO("d6:lengthi-1e4:pathl1:xee"), "too large" },
		{ INFO("d4:pathl1:xee"), "no size" },
		{ INFO(""), "no files" },
		{ ONE("5", "12:piece lengthi0e6:pieces20:" HASH), "pieces" },
		{ ONE("5", "12:piece lengthi134217728e6:pieces20:" HASH),
		    "pieces" },
		{ ONE("5",
		      "12:piece lengthi16384e6:pieces19:"
		      "aaaaaaaaaaaaaaaaaaa"),
		    "one hash" },
		{ ONE("99999", PIECES), "one hash" },
		{ ONE("0", PIECES), "holds nothing" },
		{ ONE("9223372036854775807", PIECES), "too large" },
		{ ONE("17592186044416", PIECES), "too many pieces" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		refused(
		    cases[i].bytes, strlen(cases[i].bytes), cases[i].because);
}

/* A list of n files, each at `depth`. */
static void
write_files(struct buf *buf, int n, int depth)
{
	buf_puts(buf, "d4:infod5:filesl");
	for (int i = 0; i < n; i++) {
		buf_puts(buf, "d6:lengthi1e4:pathl");
		for (int d = 1; d < depth; d++)
			buf_puts(buf, "1:d");
		buf_printf(buf, "6:%06dee", i);
	}
	buf_puts(buf, "e4:name4:Pack" PIECES "ee");
}

static void
test_counts(void **state)
{
	struct torrent_meta meta;
	struct buf buf;
	struct err err;

	(void)state;
	buf_init(&buf, 2 * TORRENT_BYTES_MAX);
	write_files(&buf, TORRENT_FILES_MAX, 1);
	assert_ok(torrent_parse(buf.data, buf.len, &meta, &err), &err);
	assert_int_equal(meta.n_files, TORRENT_FILES_MAX);
	assert_int_equal(meta.files[9999].offset, 9999);
	assert_string_equal(meta.files[9999].path, "009999");
	torrent_meta_free(&meta);
	buf_reset(&buf);
	write_files(&buf, TORRENT_FILES_MAX + 1, 1);
	refused(buf.data, buf.len, "too many files");
	buf_reset(&buf);
	write_files(&buf, 1, TORRENT_DEPTH_MAX);
	assert_ok(torrent_parse(buf.data, buf.len, &meta, &err), &err);
	torrent_meta_free(&meta);
	buf_reset(&buf);
	write_files(&buf, 1, TORRENT_DEPTH_MAX + 1);
	refused(buf.data, buf.len, "too deep");
	buf_reset(&buf);
	while (buf.len <= TORRENT_BYTES_MAX)
		buf_puts(&buf, "0123456789abcdef");
	refused(buf.data, buf.len, "too large");
	buf_fini(&buf);
}

static void
test_magnet(void **state)
{
	static const char hex[] = "c12fe1c06bba254a9dc9f519b335aa7c1367a88a";
	unsigned char hash[TORRENT_HASH_SIZE];
	char link[TORRENT_MAGNET_MAX + 2];
	char *name;
	struct err err;

	(void)state;
	snprintf(
	    link, sizeof(link), "magnet:?xt=urn:btih:%s&dn=A%%20film", hex);
	assert_ok(torrent_magnet_parse(link, hash, &name, &err), &err);
	assert_int_equal(hash[0], 0xc1);
	assert_int_equal(hash[19], 0x8a);
	assert_string_equal(name, "A film");
	free(name);
	assert_ok(torrent_magnet_parse(hex, hash, &name, &err), &err);
	assert_int_equal(hash[0], 0xc1);
	assert_null(name);
	assert_err(torrent_magnet_parse("magnet:?dn=x", hash, &name, &err),
	    &err, ERR_TORRENT_INVALID);
	assert_err(torrent_magnet_parse("http://x/", hash, &name, &err), &err,
	    ERR_TORRENT_INVALID);
	memset(link, 'a', sizeof(link) - 1);
	link[sizeof(link) - 1] = '\0';
	assert_err(torrent_magnet_parse(link, hash, &name, &err), &err,
	    ERR_TORRENT_INVALID);
}

static bool
stop_in_the_middle(void *arg, int64_t done, int64_t total)
{
	int *asked = arg;

	assert_true(done < total);
	return ++*asked < 2;
}

static void
test_make(void **state)
{
	char dir[WORLD_PATH_MAX], path[WORLD_PATH_MAX + 8];
	const char *trackers[] = { "http://127.0.0.1:1/announce",
		"udp://127.0.0.1:2", NULL };
	struct torrent_make make = {
		.path = path, .name = "Film.mp4", .trackers = trackers
	};
	unsigned char hash[TORRENT_HASH_SIZE], own_hash[TORRENT_HASH_SIZE];
	struct torrent_meta meta;
	struct buf buf, link;
	struct err err;
	char *name;
	int asked = 0;

	(void)state;
	temp_make(dir);
	snprintf(path, sizeof(path), "%s/film", dir);
	buf_init(&buf, TORRENT_BYTES_MAX);
	assert_err(torrent_make(&make, &buf, &err), &err, ERR_IO);
	assert_ok(fs_write(path, "", 0, 0600, &err), &err);
	assert_err(torrent_make(&make, &buf, &err), &err, ERR_IO);
	assert_int_equal(truncate(path, 700000), 0);
	buf_puts(&buf, "before");
	assert_ok(torrent_make(&make, &buf, &err), &err);
	assert_ok(torrent_parse(buf.data + 6, buf.len - 6, &meta, &err), &err);
	assert_int_equal(meta.size, 700000);
	assert_int_equal(meta.n_pieces, 3);
	assert_int_equal(meta.n_files, 1);
	assert_string_equal(meta.name, "Film.mp4");
	assert_false(meta.is_private);
	memcpy(own_hash, meta.hash, sizeof(own_hash));
	torrent_meta_free(&meta);
	buf_init(&link, TORRENT_MAGNET_MAX);
	assert_ok(
	    torrent_magnet_make(buf.data + 6, buf.len - 6, &link, &err), &err);
	assert_non_null(strstr(link.data,
	    "&dn=Film.mp4&tr=http%3A%2F%2F127.0.0.1%3A1%2Fannounce"
	    "&tr=udp%3A%2F%2F127.0.0.1%3A2"));
	assert_ok(torrent_magnet_parse(link.data, hash, &name, &err), &err);
	assert_string_equal(name, "Film.mp4");
	assert_memory_equal(hash, own_hash, sizeof(hash));
	free(name);
	buf_fini(&link);
	make.go_on = stop_in_the_middle;
	make.arg = &asked;
	assert_err(torrent_make(&make, &buf, &err), &err, ERR_CANCELLED);
	assert_int_equal(asked, 2);
	make.go_on = NULL;
	make.name = "../Film.mp4";
	assert_int_equal(torrent_make(&make, &buf, &err), -1);
	buf_fini(&buf);
	assert_ok(fs_remove_tree(dir, &err), &err);
}

/* `more` says of `have` nothing new. */
static void
expect_nothing_new(const char *have, const char *more)
{
	struct buf out;
	struct err err;

	buf_init(&out, TORRENT_BYTES_MAX);
	assert_ok(torrent_trackers_join(
		      have, strlen(have), more, strlen(more), &out, &err),
	    &err);
	assert_int_equal(out.len, 0);
	buf_fini(&out);
}

static void
test_join(void **state)
{
	static const char info[] = "6:lengthi5e4:name1:x" PIECES;
	static const char link[] =
	    "magnet:?xt=urn:btih:" HASH HASH "&tr=http%3A%2F%2Fb%2Fann";
	struct torrent_meta before, after;
	struct buf have, out;
	struct err err;

	(void)state;
	buf_init(&have, TORRENT_BYTES_MAX);
	buf_init(&out, TORRENT_BYTES_MAX);
	/* A key that nobody knows is kept, and what is hashed stays as it is,
	 * however its keys are sorted. */
	buf_printf(&have,
	    "d8:announce12:http://a/ann1:zi7e4:infod7:unknown1:y%see", info);
	assert_ok(torrent_trackers_join(
		      have.data, have.len, link, strlen(link), &out, &err),
	    &err);
	assert_non_null(strstr(
	    out.data, "13:announce-listll12:http://a/annel12:http://b/annee"));
	assert_non_null(strstr(out.data, "1:zi7e"));
	assert_ok(torrent_parse(have.data, have.len, &before, &err), &err);
	assert_ok(torrent_parse(out.data, out.len, &after, &err), &err);
	assert_memory_equal(before.hash, after.hash, sizeof(before.hash));
	expect_nothing_new(out.data, link);
	expect_nothing_new(link, link);
	torrent_meta_free(&before);
	torrent_meta_free(&after);
	buf_fini(&have);

	buf_init(&have, TORRENT_BYTES_MAX);
	buf_printf(&have, "d4:infod%s7:privatei1eee", info);
	expect_nothing_new(have.data, link);
	buf_fini(&have);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_magnet),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
