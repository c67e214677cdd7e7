/*
 * miau-index through the sandbox, over films made by ffmpeg: what it says is what
 * ffprobe sees when it reads every packet.
 */
#include <fcntl.h>
#include <inttypes.h>

#include "daemon/miaud/media/index.h"
#include "lib/store/media_index.h"
#include "tests/unit/media/fixture.h"

enum { KEYS_MAX = 4000, COMMAND_SIZE = 1024 };

struct answer {
	int n_calls;
	bool is_ours; /* no fault of the film's */
	struct hls_index index;
	int64_t keys[KEYS_MAX];
};

static void
on_index(void *arg, const struct hls_index *index)
{
	struct answer *answer = arg;

	answer->n_calls++;
	answer->is_ours = index == NULL;
	if (index == NULL)
		return;
	answer->index = *index;
	for (size_t i = 0; i < index->n && i < KEYS_MAX; i++)
		answer->keys[i] = index->keys[i];
}

static void
ask(struct fixture *f, const char *name, const char *demuxer,
    enum media_index_how how, struct answer *answer)
{
	struct ffmpeg_input input = { .demuxer = demuxer };
	char path[256];
	struct err err;

	snprintf(path, sizeof(path), "%s/%s", f->folder, name);
	input.fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(input.fd != -1);
	memset(answer, 0, sizeof(*answer));
	assert_int_equal(
	    media_index_make(f->children, &input, how, on_index, answer, &err),
	    0);
	close(input.fd);
	assert_int_equal(answer->n_calls, 0);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(answer->n_calls, 1);
	assert_false(answer->is_ours);
}

/* A command in the folder of the test. */
static void
shell(struct fixture *f, const char *format, ...)
{
	char command[COMMAND_SIZE], rest[COMMAND_SIZE - 200];
	const char *argv[] = { "/bin/sh", "-c", command, NULL };
	va_list list;

	va_start(list, format);
	vsnprintf(rest, sizeof(rest), format, list);
	va_end(list);
	snprintf(command, sizeof(command), "cd %s && %s", f->folder, rest);
	if (programs_run(argv) != 0)
		fail_msg("%s", command);
}

/* What ffprobe sees in the packets of the picture. */
struct seen {
	int64_t keys[KEYS_MAX];
	size_t n;
	int64_t start, end;
};

static void
see(struct fixture *f, const char *name, struct seen *seen)
{
	char path[COMMAND_SIZE], flags[16];
	int64_t pts, duration;
	FILE *packets;

	*seen = (struct seen){ .start = INT64_MAX, .end = INT64_MIN };
	shell(f,
	    "ffprobe -v error -select_streams v:0 -show_entries "
	    "packet=pts,duration,flags -of csv=p=0 %s >packets",
	    name);
	snprintf(path, sizeof(path), "%s/packets", f->folder);
	packets = fopen(path, "re");
	assert_non_null(packets);
	while (fscanf(packets, "%" SCNd64 ",%" SCNd64 ",%15s\n", &pts,
		   &duration, flags) == 3) {
		assert_true(seen->n < KEYS_MAX);
		if (strchr(flags, 'K') != NULL)
			seen->keys[seen->n++] = pts;
		if (strchr(flags, 'D') != NULL)
			continue;
		if (pts < seen->start)
			seen->start = pts;
		if (pts + duration > seen->end)
			seen->end = pts + duration;
	}
	assert_true(feof(packets));
	fclose(packets);
}

/* A tick of Matroska is longer than what is left of a picture's length. */
static void
assert_near(int64_t a, int64_t b)
{
	if (a - b > 1 || b - a > 1)
		fail_msg("%" PRId64 " is not %" PRId64, a, b);
}

static void
expect_as_seen(struct fixture *f, const char *name, const struct answer *answer)
{
	struct seen *seen = calloc(1, sizeof(*seen));

	see(f, name, seen);
	if (answer->index.n != seen->n)
		fail_msg("%s: %zu keys instead of %zu", name, answer->index.n,
		    seen->n);
	assert_true(seen->n > 0);
	assert_memory_equal(
	    answer->keys, seen->keys, seen->n * sizeof(*seen->keys));
	assert_true(answer->index.start == seen->start);
	assert_near(answer->index.end, seen->end);
	free(seen);
}

#define SOURCE                                                                 \
	"ffmpeg -v error -y -f lavfi -i testsrc=s=160x90:r=24000/1001:d=%d "
#define SOUND "-f lavfi -i sine=d=6 -shortest "
#define X264 "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "

/* With an index of their own. */
static const struct {
	const char *name, *demuxer, *command;
} indexed[] = {
	{ "b.mp4", "mov", SOURCE SOUND X264 "-g 24 -bf 3 -c:a aac b.mp4" },
	{ "open.mp4", "mov",
	    SOURCE X264
	    "-x264-params open-gop=1:keyint=30:bframes=3 open.mp4" },
	{ "late.mp4", "mov",
	    SOURCE X264 "-g 24 -bf 3 -use_editlist 0 late.mp4" },
	{ "cut.mp4", "mov",
	    SOURCE X264 "-g 48 -bf 3 whole.mp4 && ffmpeg -v error -y -ss 1.3 "
			"-i whole.mp4 -c copy cut.mp4" },
	{ "uneven.mp4", "mov",
	    SOURCE X264 "-bf 2 -force_key_frames 0.5,0.6,2.1,4.9 "
			"-vf select='not(mod(n\\,3))+gt(t\\,3)' -vsync vfr "
			"uneven.mp4" },
	{ "intra.mov", "mov", SOURCE "-c:v mjpeg intra.mov" },
	{ "b.mkv", "matroska", SOURCE SOUND X264 "-g 24 -bf 3 -c:a aac b.mkv" },
	{ "front.mkv", "matroska",
	    SOURCE SOUND X264 "-g 24 -bf 3 -c:a aac -reserve_index_space 5000 "
			      "front.mkv" },
	{ "late.mkv", "matroska",
	    SOURCE X264 "-g 24 -output_ts_offset 7 late.mkv" },
	{ "b.webm", "matroska",
	    SOURCE SOUND "-c:v libvpx -g 30 -deadline realtime -c:a libopus "
			 "b.webm" },
};

static void
an_index_is_what_packets_say(void **state)
{
	struct fixture *f = *state;
	struct answer *answer = calloc(1, sizeof(*answer));

	for (size_t i = 0; i < COUNT_OF(indexed); i++) {
		shell(f, indexed[i].command, 6);
		ask(f, indexed[i].name, indexed[i].demuxer,
		    MEDIA_INDEX_CONTAINER, answer);
		expect_as_seen(f, indexed[i].name, answer);
	}
	free(answer);
}

/* Without one: nothing, and all of it when all of it is read. */
static const struct {
	const char *name, *demuxer, *command;
} plain[] = {
	{ "nocues.mkv", "matroska",
	    SOURCE X264 "-g 24 -bf 3 -f matroska - >nocues.mkv" },
	{ "b.ts", "mpegts", SOURCE SOUND X264 "-g 24 -bf 3 b.ts" },
	{ "frag.mp4", "mov",
	    SOURCE X264 "-g 24 -bf 3 -movflags frag_keyframe+empty_moov "
			"frag.mp4" },
	{ "dash.mp4", "mov",
	    SOURCE X264
	    "-g 24 -bf 3 -movflags frag_keyframe+dash+global_sidx dash.mp4" },
	{ "b.flv", "flv", SOURCE X264 "-g 24 -bf 3 b.flv" },
};

static void
a_film_without_an_index_is_read_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct answer *answer = calloc(1, sizeof(*answer));

	for (size_t i = 0; i < COUNT_OF(plain); i++) {
		shell(f, plain[i].command, 6);
		ask(f, plain[i].name, plain[i].demuxer, MEDIA_INDEX_CONTAINER,
		    answer);
		if (answer->index.n > 0)
			fail_msg("%s has an index", plain[i].name);
		ask(f, plain[i].name, plain[i].demuxer, MEDIA_INDEX_ALL,
		    answer);
		expect_as_seen(f, plain[i].name, answer);
	}
	free(answer);
}

/* AVI says when pictures are decoded, and in which order they are shown only their
 * bytes do. */
static void
times_that_are_not_told_are_no_keys(void **state)
{
	struct fixture *f = *state;
	struct answer *answer = calloc(1, sizeof(*answer));

	shell(f, SOURCE "-c:v mpeg4 -bf 2 -g 24 b.avi", 6);
	for (int how = MEDIA_INDEX_CONTAINER; how <= MEDIA_INDEX_ALL; how++) {
		ask(f, "b.avi", "avi", (enum media_index_how)how, answer);
		assert_int_equal(answer->index.n, 0);
		assert_int_equal(answer->index.start, 0);
		assert_near(answer->index.end, 144);
	}
	free(answer);
}

/* A film of more pictures that can be begun with than anybody needs: every second. */
static void
keys_have_an_end(void **state)
{
	struct fixture *f = *state;
	struct answer *answer = calloc(1, sizeof(*answer));

	shell(f,
	    "ffmpeg -v error -y -f lavfi -i color=s=2x2:r=1000:d=101 "
	    "-c:v rawvideo many.mkv");
	for (int how = MEDIA_INDEX_CONTAINER; how <= MEDIA_INDEX_ALL; how++) {
		ask(f, "many.mkv", "matroska", (enum media_index_how)how,
		    answer);
		assert_true(answer->index.n > MEDIA_INDEX_KEYS_MAX / 2);
		assert_true(answer->index.n < MEDIA_INDEX_KEYS_MAX);
		assert_int_equal(answer->keys[1], 2);
		assert_int_equal(answer->keys[KEYS_MAX - 1], 2 * KEYS_MAX - 2);
		assert_near(answer->index.end, 101000);
	}
	free(answer);
}

static void
broken_films_have_none(void **state)
{
	static const struct {
		const char *name, *demuxer, *command;
	} broken[] = {
		{ "text.mkv", "matroska", "echo '#EXTM3U' >text.mkv" },
		{ "text.mp4", "mov", "seq 20000 >text.mp4" },
		{ "none.mkv", "matroska", ": >none.mkv" },
		{ "half.mp4", "mov", "head -c 20000 b.mp4 >half.mp4" },
		{ "sound.mka", "matroska",
		    "ffmpeg -v error -y -f lavfi -i sine=d=1 sound.mka" },
		{ "demuxer.mkv", "concat",
		    "echo \"file '/etc/passwd'\" >demuxer.mkv" },
		{ "list.m3u8", "hls",
		    "printf '#EXTM3U\\n#EXTINF:1,\\nb.mp4\\n#EXT-X-ENDLIST\\n' "
		    ">list.m3u8" },
	};
	struct fixture *f = *state;
	struct answer *answer = calloc(1, sizeof(*answer));

	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		shell(f, broken[i].command);
		for (int how = MEDIA_INDEX_CONTAINER; how <= MEDIA_INDEX_ALL;
		     how++) {
			ask(f, broken[i].name, broken[i].demuxer,
			    (enum media_index_how)how, answer);
			assert_int_equal(answer->index.n, 0);
		}
	}
	free(answer);
}

/* Wherever a film ends: keys of what is there, or none. */
static void
films_cut_anywhere_are_read(void **state)
{
	static const struct {
		const char *name, *demuxer;
	} films[] = { { "b.mkv", "matroska" }, { "front.mkv", "matroska" },
		{ "b.webm", "matroska" }, { "b.ts", "mpegts" } };
	struct fixture *f = *state;
	struct answer *answer = calloc(1, sizeof(*answer));

	for (size_t i = 0; i < COUNT_OF(films); i++)
		for (int percent = 1; percent < 100; percent += 14) {
			shell(f,
			    "head -c $(($(stat -c %%s %s) * %d / 100)) %s >cut",
			    films[i].name, percent, films[i].name);
			ask(f, "cut", films[i].demuxer, MEDIA_INDEX_CONTAINER,
			    answer);
			assert_true(answer->index.end >= answer->index.start);
			ask(f, "cut", films[i].demuxer, MEDIA_INDEX_ALL,
			    answer);
			assert_true(answer->index.end >= answer->index.start);
		}
	free(answer);
}

/* A program that is not there is no fault of the film's. */
static void
what_cannot_be_asked_is_asked_again(void **state)
{
	struct fixture *f = *state;
	struct ffmpeg_input input = { .demuxer = "matroska" };
	struct answer *answer = calloc(1, sizeof(*answer));
	char from[256], to[256], programs[256];
	struct err err;

	snprintf(programs, sizeof(programs), "%s", getenv("MIAU_LIB_DIR"));
	shell(f, "mkdir -p programs/bin && cp %s/bin/miau-confine programs/bin",
	    programs);
	snprintf(to, sizeof(to), "%s/programs", f->folder);
	setenv("MIAU_LIB_DIR", to, 1);
	snprintf(from, sizeof(from), "%s/b.mkv", f->folder);
	input.fd = open(from, O_RDONLY | O_CLOEXEC);
	assert_true(input.fd != -1);
	assert_int_equal(media_index_make(f->children, &input,
			     MEDIA_INDEX_CONTAINER, on_index, answer, &err),
	    0);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(answer->n_calls, 1);
	assert_true(answer->is_ours);
	close(input.fd);
	setenv("MIAU_LIB_DIR", programs, 1);
	free(answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_is_what_packets_say),
		cmocka_unit_test(a_film_without_an_index_is_read_as_a_whole),
		cmocka_unit_test(times_that_are_not_told_are_no_keys),
		cmocka_unit_test(keys_have_an_end),
		cmocka_unit_test(broken_films_have_none),
		cmocka_unit_test(films_cut_anywhere_are_read),
		cmocka_unit_test(what_cannot_be_asked_is_asked_again),
	};

	return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
