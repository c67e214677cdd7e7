/*
 * Probing real files through the sandbox: what is read, what is refused.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "daemon/miaud/media/probe.h"
#include "tests/unit/media/fixture.h"

struct answer {
	int n;
	bool is_media;
	bool is_our_fault;
	char code[64];
	char container[16];
	char video[32], audio[32], codecs[64];
	double duration;
	struct media media; /* without its texts */
	char layout[32], chapter[32];
};

static void
on_answer(void *arg, const struct media_answer *answer)
{
	struct answer *out = arg;

	out->n++;
	out->is_our_fault = answer->is_our_fault;
	out->is_media = answer->media != NULL;
	if (answer->media == NULL) {
		assert_non_null(answer->code);
		assert_non_null(answer->sentence);
		snprintf(out->code, sizeof(out->code), "%s", answer->code);
		return;
	}
	out->duration = answer->media->duration;
	out->media = *answer->media;
	if (answer->media->n_audio > 0 &&
	    answer->media->audio[0].layout != NULL)
		snprintf(out->layout, sizeof(out->layout), "%s",
		    answer->media->audio[0].layout);
	if (answer->media->n_chapters > 0)
		snprintf(out->chapter, sizeof(out->chapter), "%s",
		    answer->media->chapters[0].title);
	snprintf(out->container, sizeof(out->container), "%s",
	    answer->media->container);
	snprintf(
	    out->video, sizeof(out->video), "%s", answer->media->video_codec);
	if (answer->media->n_audio > 0)
		snprintf(out->audio, sizeof(out->audio), "%s",
		    answer->media->audio[0].codec);
	snprintf(out->codecs, sizeof(out->codecs), "%s",
	    answer->media->codec_string);
}

/* As the scanner does it: open, look, probe. */
static struct answer
probe(struct fixture *f, const char *path)
{
	unsigned char head[SNIFF_SIZE];
	struct answer answer = { 0 };
	struct sniff sniff;
	struct stat st;
	struct err err;
	ssize_t len;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd != -1);
	assert_int_equal(fstat(fd, &st), 0);
	len = pread(fd, head, sizeof(head), 0);
	assert_true(len >= 0);
	media_sniff(head, (size_t)len, st.st_size, &sniff);
	if (sniff.demuxer == NULL) {
		snprintf(answer.code, sizeof(answer.code), "%s", sniff.code);
		close(fd);
		return answer;
	}
	assert_int_equal(media_probe(f->children, fd, &sniff, st.st_size,
			     on_answer, &answer, &err),
	    0);
	close(fd);
	assert_int_equal(answer.n, 0);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(answer.n, 1);
	return answer;
}

/* ffmpeg writes the index of an MP4 at its end unless told otherwise. */
static void
an_mp4_with_its_index_at_the_end_is_read(void **state)
{
	struct fixture *f = *state;
	struct answer answer;
	char path[256];

	fixture_film(
	    f, "a.mp4", "testsrc=s=320x180:d=2", "libx264", path, sizeof(path));
	answer = probe(f, path);
	assert_true(answer.is_media);
	assert_string_equal(answer.container, "mp4");
	assert_string_equal(answer.video, "H.264");
	assert_string_equal(answer.audio, "AAC");
	assert_true(answer.duration > 1.8 && answer.duration < 2.3);
	assert_memory_equal(answer.codecs, "avc1.", 5);
}

static void
other_containers_are_read(void **state)
{
	static const char *const files[][3] = {
		{ "b.mkv", "libx264", "matroska" },
		{ "b.webm", "libvpx", "webm" },
		{ "b.avi", "mpeg4", "avi" },
		{ "b.ts", "mpeg2video", "mpegts" },
		{ "b.flv", "flv1", "flv" },
		{ "b.asf", "wmv2", "asf" },
		{ "b.ogv", "libtheora", "ogg" },
	};
	struct fixture *f = *state;
	struct answer answer;
	char path[256];

	for (size_t i = 0; i < COUNT_OF(files); i++) {
		fixture_film(f, files[i][0], "testsrc=s=176x144:d=2:r=25",
		    files[i][1], path, sizeof(path));
		answer = probe(f, path);
		assert_true(answer.is_media);
		assert_string_equal(answer.container, files[i][2]);
	}
}

/* All that is asked of a film comes. */
static void
chapters_layouts_and_marks_are_read(void **state)
{
	static const char sheet[] =
	    ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\n"
	    "START=0\nEND=900\ntitle=Opening\n[CHAPTER]\n"
	    "TIMEBASE=1/1000\nSTART=900\nEND=2000\n";
	static const char subtitle[] =
	    "1\n00:00:00,100 --> 00:00:01,000\nWords\n";
	struct fixture *f = *state;
	struct answer answer;
	struct err err;
	char meta[256], text[256], path[256];
	const char *argv[] = { "/usr/bin/ffmpeg", "-v", "error", "-f", "lavfi",
		"-i", "testsrc=s=320x180:d=2:r=25", "-f", "lavfi", "-i",
		"anullsrc=channel_layout=5.1:d=2", "-i", meta, "-i", text,
		"-map", "0", "-map", "1", "-map", "3", "-map_chapters", "2",
		"-disposition:s:0", "hearing_impaired+forced", "-c:a", "ac3",
		"-c:v", "libx264", "-pix_fmt", "yuv420p", "-color_trc",
		"smpte2084", "-x264-params", "transfer=smpte2084", path, NULL };

	snprintf(meta, sizeof(meta), "%s/chapters.txt", f->folder);
	snprintf(text, sizeof(text), "%s/words.srt", f->folder);
	snprintf(path, sizeof(path), "%s/chapters.mkv", f->folder);
	assert_int_equal(
	    fs_write(meta, sheet, sizeof(sheet) - 1, 0600, &err), 0);
	assert_int_equal(
	    fs_write(text, subtitle, sizeof(subtitle) - 1, 0600, &err), 0);
	assert_int_equal(programs_run(argv), 0);
	answer = probe(f, path);
	assert_true(answer.is_media);
	assert_true(answer.media.hdr != NULL);
	assert_true(answer.media.fps == 25);
	assert_int_equal(answer.media.bit_depth, 8);
	assert_memory_equal(answer.layout, "5.1", 3);
	assert_true(answer.media.subtitles[0].is_sdh);
	assert_true(answer.media.subtitles[0].is_forced);
	assert_false(answer.media.subtitles[0].is_picture);
	assert_int_equal(answer.media.n_chapters, 2);
	assert_string_equal(answer.chapter, "Opening");
	assert_true(answer.media.chapters[1].start == 0.9);
	assert_true(answer.media.chapters[1].end == 2);
}

static void
write_file(struct fixture *f, const char *name, const void *bytes, size_t len,
    char *out, size_t size)
{
	struct err err;

	snprintf(out, size, "%s/%s", f->folder, name);
	assert_int_equal(fs_write(out, bytes, len, 0600, &err), 0);
}

static void
cut_and_broken_files_are_refused(void **state)
{
	struct fixture *f = *state;
	struct buf buf;
	struct err err;
	struct answer answer;
	char path[256], cut[256];
	unsigned char *noise = malloc(65536);

	fixture_film(
	    f, "c.mp4", "testsrc=s=320x180:d=2", "libx264", path, sizeof(path));
	buf_init(&buf, 1 << 24);
	assert_int_equal(fs_read(path, &buf, &err), 0);
	write_file(f, "cut.mp4", buf.data, buf.len / 2, cut, sizeof(cut));
	answer = probe(f, cut);
	assert_false(answer.is_media);
	assert_false(answer.is_our_fault);
	assert_string_equal(answer.code, "incomplete");
	for (size_t i = 0; i < 65536; i++)
		noise[i] = (unsigned char)(i * 2654435761U >> 13);
	memcpy(noise,
	    "\0\0\0\x18"
	    "ftypisom",
	    12);
	write_file(f, "noise.mp4", noise, 65536, path, sizeof(path));
	answer = probe(f, path);
	assert_false(answer.is_media);
	assert_false(answer.is_our_fault);
	write_file(f, "three.mp4", "abc", 3, path, sizeof(path));
	answer = probe(f, path);
	assert_string_equal(answer.code, "too_small");
	buf_fini(&buf);
	free(noise);
}

/* Sound alone is no film. */
static void
sound_alone_is_refused(void **state)
{
	struct fixture *f = *state;
	struct answer answer;
	char path[256];
	const char *argv[] = { "/usr/bin/ffmpeg", "-v", "error", "-f", "lavfi",
		"-i", "sine=duration=1", path, NULL };

	snprintf(path, sizeof(path), "%s/sound.mp4", f->folder);
	assert_int_equal(programs_run(argv), 0);
	answer = probe(f, path);
	assert_false(answer.is_media);
	assert_string_equal(answer.code, "no_picture");
}

/* A Matroska file that is a playlist inside is still only Matroska. */
static void
playlists_are_never_followed(void **state)
{
	static const char list[] = "#EXTM3U\n#EXTINF:10,\n/etc/passwd\n"
				   "#EXT-X-ENDLIST\n#EXT-X-ENDLIST\n"
				   "#EXT-X-ENDLIST\n#EXT-X-ENDLIST\n";
	struct fixture *f = *state;
	struct answer answer;
	char path[256];

	write_file(f, "list.mkv", list, sizeof(list) - 1, path, sizeof(path));
	answer = probe(f, path);
	assert_string_equal(answer.code, "playlist");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_mp4_with_its_index_at_the_end_is_read),
		cmocka_unit_test(other_containers_are_read),
		cmocka_unit_test(chapters_layouts_and_marks_are_read),
		cmocka_unit_test(cut_and_broken_files_are_refused),
		cmocka_unit_test(sound_alone_is_refused),
		cmocka_unit_test(playlists_are_never_followed),
	};

	return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
