/*
 * A film that still comes is read by confined programs: copied, looked into, indexed.
 */
#include "daemon/miaud/media/index.h"
#include "daemon/miaud/media/probe.h"
#include "tests/unit/media/served.h"

/* --- ffmpeg ------------------------------------------------------------------- */

static void
fingerprint(
    struct fixture *f, struct run *run, const struct ffmpeg_input *input)
{
	static const char *const after[] = { "-map", "0", "-c", "copy", "-f",
		"framemd5", "pipe:1", NULL };
	struct err err;

	run->child = ffmpeg_run(f->children,
	    &(struct ffmpeg_spec){ .tool = FFMPEG_CONVERT,
		.input = *input,
		.after = after,
		.out_max = OUT,
		.done = on_done,
		.arg = run },
	    &err);
	if (run->child == NULL)
		fail_msg("%s", err.text);
}

static char *
fingerprint_whole(struct fixture *f, const char *path, const char *demuxer)
{
	struct run run = { .slow.wanted = -1 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	fingerprint(
	    f, &run, &(struct ffmpeg_input){ .fd = fd, .demuxer = demuxer });
	close(fd);
	finish(f, &run);
	assert_int_equal(run.outcome.status, 0);
	return run.outcome.out;
}

static void
copy_slowly(
    struct fixture *f, const char *name, const char *demuxer, bool is_flighty)
{
	struct run *run = mem_calloc(1, sizeof(*run));
	char path[256], *whole;

	fixture_film(
	    f, name, "testsrc=s=320x180:d=2", "libx264", path, sizeof(path));
	whole = fingerprint_whole(f, path, demuxer);
	assert_non_null(strstr(whole, "\n1, "));
	open_slow(f, run, path);
	run->slow.is_flighty = is_flighty;
	fingerprint(f, run,
	    &(struct ffmpeg_input){
		.growing = &run->slow.film, .demuxer = demuxer });
	finish(f, run);
	if (run->outcome.status != 0 || run->outcome.code != ERR_NONE)
		fail_msg("%d: %s", run->outcome.code, run->outcome.log);
	assert_string_equal(run->outcome.out, whole);
	assert_true(run->slow.n_waits > 3);
	slow_end(&run->slow);
	free(run->outcome.out);
	free(whole);
	free(run);
	unlink(path);
}

static void
films_are_copied_while_they_come(void **state)
{
	skip_without_namespaces();
	copy_slowly(*state, "a.mkv", "matroska", false);
	/* its index is at the end */
	copy_slowly(*state, "a.mp4", "mov", false);
}

static void
what_goes_while_it_is_read_is_not_sent(void **state)
{
	skip_without_namespaces();
	copy_slowly(*state, "b.mkv", "matroska", true);
}

static void
cancel(struct run *run)
{
	run->slow.wanted = -1;
	children_cancel(run->child);
}

static void
stop(struct run *run)
{
	run->slow.wanted = -1;
	run->slow.is_gone = true;
	run->slow.film.changed(run->slow.film.arg);
}

/* After some of it has come. */
static enum err_code
end_midway(struct fixture *f, void (*end)(struct run *run))
{
	struct run *run = mem_calloc(1, sizeof(*run));
	enum err_code code;
	char path[256];

	fixture_film(
	    f, "c.mkv", "testsrc=s=320x180:d=2", "libx264", path, sizeof(path));
	open_slow(f, run, path);
	for (int i = 0; i < 8; i++)
		slow_give(&run->slow, i * run->slow.part);
	run->wanted = end;
	fingerprint(f, run,
	    &(struct ffmpeg_input){
		.growing = &run->slow.film, .demuxer = "matroska" });
	finish(f, run);
	assert_int_equal(run->n_wanted, 1);
	code = run->outcome.code;
	slow_end(&run->slow);
	free(run->outcome.out);
	free(run);
	unlink(path);
	return code;
}

static void
a_child_that_is_ended_ends_the_film(void **state)
{
	skip_without_namespaces();
	assert_int_equal(end_midway(*state, cancel), ERR_CANCELLED);
}

/* ffmpeg itself calls what it got until then a success. */
static void
a_film_that_comes_no_more_is_told(void **state)
{
	skip_without_namespaces();
	assert_int_equal(end_midway(*state, stop), ERR_DOWNLOAD_PAUSED);
}

/* --- What is read of it before it is whole ------------------------------------------ */

struct read_index {
	struct run *run;
	int64_t keys[64], start, end;
	size_t n;
	bool is_ours;
};

static void
on_index(void *arg, const struct hls_index *index)
{
	struct read_index *read = arg;

	read->is_ours = index == NULL;
	for (; index != NULL && read->n < index->n; read->n++)
		read->keys[read->n] = index->keys[read->n];
	if (index != NULL) {
		read->start = index->start;
		read->end = index->end;
	}
	read->run->outcome.n++;
	uv_close((uv_handle_t *)&read->run->timer, NULL);
}

static void
read_index(struct fixture *f, struct run *run, const struct ffmpeg_input *input,
    struct read_index *out)
{
	struct err err;

	memset(out, 0, sizeof(*out));
	out->run = run;
	if (media_index_make(f->children, input, MEDIA_INDEX_CONTAINER,
		on_index, out, &err) == -1)
		fail_msg("%s", err.text);
	finish(f, run);
}

static size_t
count_given(const struct slow_film *slow)
{
	size_t n = 0;

	for (int64_t at = 0; at < slow->film.size; at += slow->part)
		n += slow->is_here[at / slow->part];
	return n;
}

/* Of pictures that are large nearly nothing is asked for. */
static void
index_slowly(struct fixture *f, const char *name, const char *demuxer)
{
	struct run *run = mem_calloc(1, sizeof(*run));
	struct read_index whole, slow;
	char path[256];
	int fd;

	fixture_film(f, name, "testsrc=s=1280x720:d=2,noise=alls=100:allf=t",
	    "libx264", path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	run->slow.wanted = -1;
	read_index(f, run,
	    &(struct ffmpeg_input){ .fd = fd, .demuxer = demuxer }, &whole);
	close(fd);
	assert_true(whole.n > 4);
	open_slow(f, run, path);
	read_index(f, run,
	    &(struct ffmpeg_input){
		.growing = &run->slow.film, .demuxer = demuxer },
	    &slow);
	assert_false(slow.is_ours);
	assert_true(run->slow.n_waits > 3);
	assert_int_equal(slow.n, whole.n);
	assert_memory_equal(slow.keys, whole.keys, sizeof(slow.keys));
	assert_true(slow.start == whole.start && slow.end == whole.end);
	if (strcmp(demuxer, "mov") == 0)
		assert_true(count_given(&run->slow) * 2 <
		    (size_t)(run->slow.film.size / run->slow.part));
	slow_end(&run->slow);
	free(run);
	unlink(path);
}

static void
a_film_that_comes_has_its_index(void **state)
{
	skip_without_namespaces();
	index_slowly(*state, "d.mp4", "mov");
	index_slowly(*state, "d.mkv", "matroska");
}

/* Half an index would be taken for all of it. */
static void
an_index_of_which_bytes_lack_is_none(void **state)
{
	struct run *run = mem_calloc(1, sizeof(*run));
	struct fixture *f = *state;
	struct read_index read;
	char path[256];

	skip_without_namespaces();
	fixture_film(
	    f, "e.mkv", "testsrc=s=320x180:d=2", "libx264", path, sizeof(path));
	open_slow(f, run, path);
	for (int i = 0; i < 8; i++)
		slow_give(&run->slow, i * run->slow.part);
	run->wanted = stop;
	read_index(f, run,
	    &(struct ffmpeg_input){
		.growing = &run->slow.film, .demuxer = "matroska" },
	    &read);
	assert_true(read.is_ours);
	slow_end(&run->slow);
	free(run);
	unlink(path);
}

static void
on_answer(void *arg, const struct media_answer *answer)
{
	struct run *run = arg;

	run->outcome.n++;
	run->outcome.status =
	    answer->media != NULL && answer->media->n_audio == 1 ? 0 : 1;
	uv_close((uv_handle_t *)&run->timer, NULL);
}

static void
what_is_in_a_film_that_comes_is_known(void **state)
{
	static const struct sniff sniff = { .demuxer = "mov",
		.container = "mp4" };
	struct run *run = mem_calloc(1, sizeof(*run));
	struct fixture *f = *state;
	struct err err;
	char path[256];

	skip_without_namespaces();
	fixture_film(
	    f, "g.mp4", "testsrc=s=320x180:d=2", "libx264", path, sizeof(path));
	open_slow(f, run, path);
	assert_int_equal(media_probe_growing(f->children, &run->slow.film,
			     &sniff, on_answer, run, &err),
	    0);
	finish(f, run);
	assert_int_equal(run->outcome.status, 0);
	assert_true(run->slow.n_waits > 1);
	slow_end(&run->slow);
	free(run);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(films_are_copied_while_they_come),
		cmocka_unit_test(what_goes_while_it_is_read_is_not_sent),
		cmocka_unit_test(a_child_that_is_ended_ends_the_film),
		cmocka_unit_test(a_film_that_comes_no_more_is_told),
		cmocka_unit_test(a_film_that_comes_has_its_index),
		cmocka_unit_test(an_index_of_which_bytes_lack_is_none),
		cmocka_unit_test(what_is_in_a_film_that_comes_is_known),
	};

	return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
