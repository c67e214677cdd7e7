/*
 * The multivariant playlist of what suits the device for which a key was made.
 */
#include <string.h>

#include "cgi/hls/film.h"
#include "lib/play/way.h"

enum {
	VARIANTS_MAX = HLS_QUALITIES + 1,
	CODECS_SIZE = 256,
	USUAL_BITRATE = 8000000,
	BOXES_BITRATE = 32000, /* of what stands around frames in segments */
};

struct choice {
	struct request *req;
	const struct film *film;
	struct play_way way;
	bool copies_picture;
	bool encodes_sound;             /* some of it */
	char sound_codecs[CODECS_SIZE]; /* ",mp4a.40.2,ac-3" */
	struct hls_variant variants[VARIANTS_MAX];
	size_t n_variants;
	struct hls_rendition *renditions;
	size_t n_renditions;
	int drawn; /* the subtitle track in the pictures; -1: none */
};

static void
add_sound_codec(struct choice *choice, const char *codec)
{
	char *known = choice->sound_codecs;
	const char *item = arena_printf(choice->req->arena, ",%s", codec);

	if (strstr(known, item) == NULL &&
	    strlen(known) + strlen(item) < CODECS_SIZE)
		memcpy(known + strlen(known), item, strlen(item) + 1);
}

/* As decoders are set up for it, or as the probe has it. */
static const char *
codec_of(const struct choice *choice, size_t track, const char *probed)
{
	const char *codec =
	    hls_index_codec(choice->req->arena, &choice->film->index, track);

	return codec != NULL ? codec : probed;
}

static void
add_sound(struct choice *choice, size_t i)
{
	const struct media_audio *audio = &choice->film->media.audio[i];
	struct hls_track track = { .kind = HLS_SOUND, .index = (int)i };
	struct hls_rendition *out = &choice->renditions[choice->n_renditions++];

	track.is_copy = i < 32 && (choice->way.copies_sound >> i & 1) != 0;
	*out = (struct hls_rendition){
		.kind = HLS_SOUND,
		.name = hls_film_name(choice->req, &track),
		.label = audio->title != NULL ? audio->title
		    : audio->language != NULL
		    ? audio->language
		    : arena_printf(choice->req->arena, "%zu", i + 1),
		.language = audio->language,
		.channels = track.is_copy ? audio->channels : 2,
		.is_default = audio->is_default,
	};
	choice->encodes_sound |= !track.is_copy;
	add_sound_codec(choice,
	    track.is_copy ? codec_of(choice, i + 1, audio->codec_string)
			  : "mp4a.40.2");
}

/* One of them is the usual one. */
static void
add_all_sound(struct choice *choice)
{
	struct hls_rendition *list = choice->renditions;
	size_t chosen = 0, i;

	for (i = 0; i < choice->film->media.n_audio; i++)
		add_sound(choice, i);
	for (i = choice->n_renditions; i-- > 0;)
		if (list[i].is_default)
			chosen = i;
	for (i = 0; i < choice->n_renditions; i++)
		list[i].is_default = i == chosen;
}

static int
add_all_renditions(struct choice *choice, struct err *err)
{
	struct hls_rendition *texts;
	size_t n_texts;

	if (hls_text_list(choice->req, choice->film, &texts, &n_texts, err) ==
	    -1)
		return -1;
	choice->renditions = arena_alloc(choice->req->arena,
	    MEDIA_AUDIO_MAX + n_texts, sizeof(*choice->renditions));
	add_all_sound(choice);
	for (size_t i = 0; i < n_texts; i++)
		choice->renditions[choice->n_renditions++] = texts[i];
	return 0;
}

/* No two of a kind are called alike. */
static void
name_apart(struct choice *choice)
{
	struct hls_rendition *list = choice->renditions;

	for (size_t i = 0; i < choice->n_renditions; i++)
		for (size_t j = 0; j < i; j++)
			if (list[i].kind == list[j].kind &&
			    strcmp(list[i].label, list[j].label) == 0)
				list[i].label = arena_printf(choice->req->arena,
				    "%s (%zu)", list[i].label, i + 1);
}

static int64_t
bitrate_of(const struct media *media)
{
	return media->bitrate > 0 ? media->bitrate : USUAL_BITRATE;
}

static void
add_variant(struct choice *choice, const struct hls_track *track,
    const char *codec, struct hls_variant variant)
{
	variant.name = hls_film_name(choice->req, track);
	variant.codecs = arena_printf(
	    choice->req->arena, "%s%s", codec, choice->sound_codecs);
	variant.fps = choice->film->media.fps;
	choice->variants[choice->n_variants++] = variant;
}

static const char *
range_of(const struct media *media)
{
	if (media->hdr == NULL)
		return "SDR";
	return strcmp(media->hdr, "HLG") == 0 ? "HLG" : "PQ";
}

/* A copy of HEVC is "hvc1", however the file calls it. */
static const char *
called(struct choice *choice, const char *codec)
{
	return codec != NULL && strncmp(codec, "hev1", 4) == 0
	    ? arena_printf(choice->req->arena, "hvc1%s", codec + 4)
	    : codec;
}

static void
add_copy(struct choice *choice)
{
	const struct media *media = &choice->film->media;
	const struct hls_track track = { .kind = HLS_PICTURE, .is_copy = true };
	int64_t encoded = choice->encodes_sound ? HLS_SOUND_BITRATE * 5 / 4 : 0;
	int64_t average = bitrate_of(media) + encoded;
	int64_t most = bitrate_of(media) * 3 / 2 + encoded;

	if (choice->film->index.peak > 0)
		most = choice->film->index.peak + encoded + BOXES_BITRATE;
	add_variant(choice, &track,
	    codec_of(choice, 0, called(choice, media->video_codec_string)),
	    (struct hls_variant){ .bandwidth = most,
		.average = average < most ? average : most,
		.range = range_of(media),
		.width = media->width,
		.height = media->height });
}

/* Whether a quality is less than the file itself is. */
static bool
is_less(const struct media *media, const struct hls_quality *quality)
{
	return media->height <= 0 || quality->height < media->height ||
	    quality->width < media->width;
}

static void
add_encoded(struct choice *choice, const struct hls_quality *quality)
{
	const struct media *media = &choice->film->media;
	const struct hls_track track = { .kind = HLS_PICTURE,
		.height = quality->height,
		.draws = choice->drawn >= 0,
		.index = choice->drawn >= 0 ? choice->drawn : 0 };
	struct hls_variant variant = { .range = "SDR",
		.bandwidth = quality->bandwidth + HLS_SOUND_BITRATE };

	hls_quality_fit(quality, media->width, media->height, &variant.width,
	    &variant.height);
	add_variant(choice, &track, quality->codecs, variant);
}

/* Where the picture is copied, those that spare a slow line something; else the
 * smallest that shows all of it, and those below. */
static void
add_all_encoded(struct choice *choice)
{
	const struct media *media = &choice->film->media;
	const struct hls_quality *quality;

	for (size_t i = 0; i < HLS_QUALITIES; i++) {
		quality = &hls_qualities[i];
		if (choice->copies_picture) {
			if (is_less(media, quality) &&
			    quality->bandwidth < bitrate_of(media))
				add_encoded(choice, quality);
		} else if (is_less(media, quality) || i + 1 == HLS_QUALITIES ||
		    is_less(media, quality + 1)) {
			add_encoded(choice, quality);
		}
	}
}

static int
choose(struct choice *choice, struct err *err)
{
	const struct hls_track picture = { .kind = HLS_PICTURE,
		.is_copy = true };
	const struct hls_track encoded = { .kind = HLS_PICTURE, .height = 360 };
	struct request *req = choice->req;
	const struct film *film = choice->film;
	struct hls_cuts cuts;

	if (play_way_of_key(req->arena, &req->stream_key, &film->media,
		&choice->way, err) == -1)
		return -1;
	choice->copies_picture = choice->drawn < 0 &&
	    choice->way.copies_picture &&
	    film->media.video_codec_string != NULL &&
	    hls_film_cuts(req, film, &picture, &cuts, err) == 0;
	if (!choice->copies_picture &&
	    hls_film_cuts(req, film, &encoded, &cuts, err) == -1)
		return -1;
	if (add_all_renditions(choice, err) == -1)
		return -1;
	name_apart(choice);
	if (choice->copies_picture)
		add_copy(choice);
	add_all_encoded(choice);
	return 0;
}

struct reply
hls_master_send(struct request *req, const struct film *film, int drawn)
{
	struct choice *choice = arena_alloc(req->arena, 1, sizeof(*choice));
	struct buf out;
	struct err err;

	choice->req = req;
	choice->film = film;
	choice->drawn = drawn;
	if (choose(choice, &err) == -1)
		return reply_err(&err);
	buf_init(&out, HLS_PLAYLIST_MAX);
	if (hls_master_write(&out, choice->variants, choice->n_variants,
		choice->renditions, choice->n_renditions) == -1) {
		buf_fini(&out);
		return reply_error(
		    ERR_MEDIA_REFUSED, "The film has too many tracks.");
	}
	return hls_playlist_reply(req, &out);
}
