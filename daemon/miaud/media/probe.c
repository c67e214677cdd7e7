/*
 * One run of ffprobe and what its end means.
 */
#include "daemon/miaud/media/probe.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/miaud/media/sandbox.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { OUT_MAX = 1024 * 1024 };

struct probe {
	const char *container;
	int64_t size;
	media_answer_fn answer;
	void *arg;
};

static const char *const arguments[] = { "-of", "json=compact=1",
	"-show_entries",
	"format=start_time,duration,bit_rate:"
	"stream=codec_name,codec_tag_string,codec_type,profile,level,width,height,pix_fmt,"
	"bits_per_raw_sample,avg_frame_rate,sample_aspect_ratio,channels,channel_layout,"
	"color_transfer:"
	"stream_tags=language,title:"
	"stream_disposition=default,forced,hearing_impaired,attached_pic:"
	"stream_side_data=side_data_type,rotation:"
	"chapter=start_time,end_time:chapter_tags=title",
	NULL };

#define TOO_MUCH "The file describes more streams or chapters than a film has."
#define USED_UP "Looking into the file used too much time or memory."

/* What ffprobe says on stderr → what a person can do about it. */
static const struct {
	const char *words, *code, *sentence;
} complaints[] = {
	{ "moov atom not found", "incomplete",
	    "The file's index is missing: it is incomplete or damaged." },
	{ "End of file", "incomplete",
	    "The file ends too early: it is incomplete." },
	{ "max_streams", "too_much", TOO_MUCH },
	{ "Cannot allocate memory", "probe_killed", USED_UP },
	{ "EBML header parsing failed", "damaged",
	    "The file's header is damaged." },
	{ "Invalid data", "damaged",
	    "The file is damaged or not what its name says." },
};

static void
explain(const struct child_result *result, struct media_answer *answer)
{
	answer->code = "damaged";
	answer->sentence = "The file cannot be read as a film.";
	if (result->err.code == ERR_TIMEOUT) {
		answer->code = "probe_timeout";
		answer->sentence = "Looking into the file took too long.";
		return;
	}
	if (result->err.code == ERR_BODY_TOO_LARGE) {
		answer->code = "too_much";
		answer->sentence = TOO_MUCH;
		return;
	}
	if (result->err.code != ERR_NONE) {
		answer->is_our_fault = true;
		answer->code = "probe_failed";
		answer->sentence = "The file could not be looked into.";
		return;
	}
	if (result->status == SANDBOX_NOT_CONFINED) {
		log_error("probe.not_confined", "%.300s", result->log);
		answer->is_our_fault = true;
		answer->code = "probe_failed";
		answer->sentence =
		    "The sandbox for reading files cannot be set up here.";
		return;
	}
	if (result->signal != 0) {
		answer->code = "probe_killed";
		answer->sentence = USED_UP;
		return;
	}
	for (size_t i = 0; i < COUNT_OF(complaints); i++)
		if (strstr(result->log, complaints[i].words) != NULL) {
			answer->code = complaints[i].code;
			answer->sentence = complaints[i].sentence;
			return;
		}
}

static void
on_done(void *arg, const struct child_result *result)
{
	struct probe *probe = arg;
	struct media_answer answer = { 0 };
	struct arena *arena = NULL;
	struct media *media;
	struct err err;

	if (result->err.code != ERR_NONE || result->status != 0) {
		explain(result, &answer);
	} else {
		arena = arena_new(OUT_MAX);
		media = arena_alloc(arena, 1, sizeof(*media));
		if (library_media_probe(arena, result->out, result->out_len,
			probe->container, probe->size, media, &err) == 0) {
			answer.media = media;
		} else {
			answer.code =
			    media->n_audio > 0 ? "no_picture" : "damaged";
			answer.sentence = err.text;
		}
	}
	probe->answer(probe->arg, &answer);
	arena_free(arena);
	free(probe);
}

static int
run(struct children *children, const struct ffmpeg_input *input,
    const struct probe *wanted, struct err *err)
{
	struct probe *probe = mem_calloc(1, sizeof(*probe));

	*probe = *wanted;
	if (ffmpeg_run(children,
		&(struct ffmpeg_spec){ .tool = FFMPEG_PROBE,
		    .input = *input,
		    .after = arguments,
		    .out_max = OUT_MAX,
		    .done = on_done,
		    .arg = probe },
		err) != NULL)
		return 0;
	free(probe);
	return -1;
}

int
media_probe(struct children *children, int fd, const struct sniff *sniff,
    int64_t size, media_answer_fn answer, void *arg, struct err *err)
{
	return run(children,
	    &(struct ffmpeg_input){ .fd = fd, .demuxer = sniff->demuxer },
	    &(struct probe){ .container = sniff->container,
		.size = size,
		.answer = answer,
		.arg = arg },
	    err);
}

int
media_probe_growing(struct children *children, struct film_reader *film,
    const struct sniff *sniff, media_answer_fn answer, void *arg,
    struct err *err)
{
	return run(children,
	    &(struct ffmpeg_input){
		.growing = film, .demuxer = sniff->demuxer },
	    &(struct probe){ .container = sniff->container,
		.size = film->size,
		.answer = answer,
		.arg = arg },
	    err);
}
