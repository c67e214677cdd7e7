/* Writing playlists. */
#include "lib/hls/playlist.h"

#include <math.h>
#include <string.h>

/* A quoted string has neither quotes nor ends of lines (RFC 8216 §4.2). */
static void
put_quoted(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, ",%s=\"", name);
	for (; *text != '\0'; text++) {
		char c = *text;

		if (c == '"')
			c = '\'';
		else if ((unsigned char)c < ' ' || c == 0x7f)
			c = ' ';
		buf_append(out, &c, 1);
	}
	buf_puts(out, "\"");
}

static void
put_rendition(struct buf *out, const struct hls_rendition *rendition)
{
	bool is_sound = rendition->kind == HLS_SOUND;

	buf_printf(out, "#EXT-X-MEDIA:TYPE=%s,GROUP-ID=\"%s\"",
	    is_sound ? "AUDIO" : "SUBTITLES", is_sound ? "sound" : "text");
	put_quoted(out, "NAME", rendition->label);
	if (rendition->language != NULL)
		put_quoted(out, "LANGUAGE", rendition->language);
	buf_printf(out, ",DEFAULT=%s,AUTOSELECT=%s",
	    rendition->is_default ? "YES" : "NO",
	    rendition->is_default || rendition->language != NULL ? "YES"
								 : "NO");
	if (is_sound && rendition->channels > 0)
		buf_printf(out, ",CHANNELS=\"%d\"", rendition->channels);
	if (!is_sound)
		buf_printf(
		    out, ",FORCED=%s", rendition->is_forced ? "YES" : "NO");
	if (rendition->describes)
		buf_puts(out,
		    ",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-"
		    "dialog,public.accessibility.describes-music-and-sound\"");
	buf_printf(out, ",URI=\"%s.m3u8\"\n", rendition->name);
}

/* Codecs as sample entries of MP4 are called; browsers know some by other names in
 * other containers. */
static void
put_codecs(struct buf *out, const char *list)
{
	static const char *const names[][2] = { { "opus", "Opus" },
		{ "flac", "fLaC" }, { "mp3", "mp4a.6B" } };
	size_t len, i;

	buf_puts(out, ",CODECS=\"");
	for (;; list += len + 1) {
		len = strcspn(list, ",");
		for (i = 0; i < COUNT_OF(names); i++)
			if (strlen(names[i][0]) == len &&
			    strncmp(list, names[i][0], len) == 0)
				break;
		if (i < COUNT_OF(names))
			buf_puts(out, names[i][1]);
		else
			buf_append(out, list, len);
		if (list[len] == '\0')
			break;
		buf_puts(out, ",");
	}
	buf_puts(out, "\"");
}

static void
put_variant(struct buf *out, const struct hls_variant *variant, bool has_sound,
    bool has_text)
{
	buf_printf(out, "#EXT-X-STREAM-INF:BANDWIDTH=%lld",
	    (long long)variant->bandwidth);
	if (variant->average > 0)
		buf_printf(out, ",AVERAGE-BANDWIDTH=%lld",
		    (long long)variant->average);
	put_codecs(out, variant->codecs);
	if (variant->width > 0 && variant->height > 0)
		buf_printf(
		    out, ",RESOLUTION=%dx%d", variant->width, variant->height);
	if (variant->fps > 0)
		buf_printf(out, ",FRAME-RATE=%.3f", variant->fps);
	buf_printf(out, ",VIDEO-RANGE=%s", variant->range);
	if (has_sound)
		buf_puts(out, ",AUDIO=\"sound\"");
	if (has_text)
		buf_puts(out, ",SUBTITLES=\"text\"");
	buf_printf(out, "\n%s.m3u8\n", variant->name);
}

static bool
has_kind(const struct hls_rendition *renditions, size_t n, enum hls_kind kind)
{
	for (size_t i = 0; i < n; i++)
		if (renditions[i].kind == kind)
			return true;
	return false;
}

int
hls_master_write(struct buf *out, const struct hls_variant *variants,
    size_t n_variants, const struct hls_rendition *renditions,
    size_t n_renditions)
{
	bool has_sound = has_kind(renditions, n_renditions, HLS_SOUND);
	bool has_text = has_kind(renditions, n_renditions, HLS_SUBTITLES);

	buf_puts(out,
	    "#EXTM3U\n#EXT-X-VERSION:7\n"
	    "#EXT-X-INDEPENDENT-SEGMENTS\n");
	for (size_t i = 0; i < n_renditions; i++)
		put_rendition(out, &renditions[i]);
	for (size_t i = 0; i < n_variants; i++)
		put_variant(out, &variants[i], has_sound, has_text);
	return buf_failed(out) ? -1 : 0;
}

static double
length(const struct hls_cuts *cuts, size_t i)
{
	return (double)(cuts->at[i + 1] - cuts->at[i]) / HLS_CLOCK;
}

int
hls_media_write(struct buf *out, const char *name, enum hls_kind kind,
    const struct hls_cuts *cuts)
{
	double longest = 0;
	size_t i;

	for (i = 0; i < cuts->n; i++)
		longest = fmax(longest, length(cuts, i));
	/* A length that is rounded may not be more (RFC 8216 §4.3.3.1). */
	buf_printf(out,
	    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%.0f\n"
	    "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
	    "#EXT-X-INDEPENDENT-SEGMENTS\n",
	    ceil(longest));
	if (kind != HLS_SUBTITLES)
		buf_printf(out, "#EXT-X-MAP:URI=\"%s/init.mp4\"\n", name);
	for (i = 0; i < cuts->n; i++)
		buf_printf(out, "#EXTINF:%.5f,\n%s/%zu.%s\n", length(cuts, i),
		    name, i, kind == HLS_SUBTITLES ? "vtt" : "m4s");
	buf_puts(out, "#EXT-X-ENDLIST\n");
	return buf_failed(out) ? -1 : 0;
}
