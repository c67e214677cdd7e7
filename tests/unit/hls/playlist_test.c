/*
 * Playlists, word for word.
 */
#include "lib/hls/playlist.h"
#include "tests/unit/helpers.h"

static const struct hls_variant variants[] = {
	{ .name = "v-copy",
	    .codecs = "avc1.640028,mp4a.40.2",
	    .range = "SDR",
	    .bandwidth = 8000000,
	    .average = 6000000,
	    .width = 1920,
	    .height = 1080,
	    .fps = 23.976 },
	{ .name = "v-720",
	    .codecs = "avc1.64001f,mp4a.40.2",
	    .range = "SDR",
	    .bandwidth = 3000000 },
};
static const struct hls_rendition renditions[] = {
	{ .kind = HLS_SOUND,
	    .name = "a-0",
	    .label = "Director\"s\nvoice",
	    .language = "en",
	    .channels = 2,
	    .is_default = true },
	{ .kind = HLS_SUBTITLES,
	    .name = "s-1",
	    .label = "Deutsch",
	    .language = "de",
	    .describes = true },
	{ .kind = HLS_SUBTITLES,
	    .name = "s-2",
	    .label = "?",
	    .is_forced = true },
};

static void
the_whole_is_named(void **state UNUSED)
{
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(hls_master_write(&out, variants, COUNT_OF(variants),
			     renditions, COUNT_OF(renditions)),
	    0);
	assert_string_equal(out.data,
	    "#EXTM3U\n"
	    "#EXT-X-VERSION:7\n"
	    "#EXT-X-INDEPENDENT-SEGMENTS\n"
	    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\","
	    "NAME=\"Director's voice\",LANGUAGE=\"en\",DEFAULT=YES,"
	    "AUTOSELECT=YES,CHANNELS=\"2\",URI=\"a-0.m3u8\"\n"
	    "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\","
	    "NAME=\"Deutsch\",LANGUAGE=\"de\",DEFAULT=NO,"
	    "AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS=\"public.accessibility."
	    "transcribes-spoken-dialog,public.accessibility."
	    "describes-music-and-sound\",URI=\"s-1.m3u8\"\n"
	    "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"text\","
	    "NAME=\"?\",DEFAULT=NO,"
	    "AUTOSELECT=NO,FORCED=YES,URI=\"s-2.m3u8\"\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=8000000,AVERAGE-BANDWIDTH=6000000,"
	    "CODECS=\"avc1.640028,mp4a.40.2\",RESOLUTION=1920x1080,"
	    "FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"sound\","
	    "SUBTITLES=\"text\"\nv-copy.m3u8\n"
	    "#EXT-X-STREAM-INF:BANDWIDTH=3000000,"
	    "CODECS=\"avc1.64001f,mp4a.40.2\",VIDEO-RANGE=SDR,"
	    "AUDIO=\"sound\",SUBTITLES=\"text\"\nv-720.m3u8\n");
	buf_fini(&out);
}

static void
a_track_is_named_to_its_end(void **state UNUSED)
{
	static int64_t at[] = { 180, 2 * HLS_CLOCK, 8 * HLS_CLOCK + 3754,
		9 * HLS_CLOCK };
	static const struct hls_cuts cuts = { .at = at, .n = 3 };
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(
	    hls_media_write(&out, "v-copy", HLS_PICTURE, &cuts), 0);
	assert_string_equal(out.data,
	    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:7\n"
	    "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
	    "#EXT-X-INDEPENDENT-SEGMENTS\n"
	    "#EXT-X-MAP:URI=\"v-copy/init.mp4\"\n"
	    "#EXTINF:1.99800,\nv-copy/0.m4s\n"
	    "#EXTINF:6.04171,\nv-copy/1.m4s\n"
	    "#EXTINF:0.95829,\nv-copy/2.m4s\n"
	    "#EXT-X-ENDLIST\n");
	buf_reset(&out);
	assert_int_equal(hls_media_write(&out, "s-0", HLS_SUBTITLES, &cuts), 0);
	assert_null(strstr(out.data, "EXT-X-MAP"));
	assert_non_null(strstr(out.data, "\ns-0/2.vtt\n"));
	buf_fini(&out);
	buf_init(&out, 100);
	assert_int_equal(
	    hls_media_write(&out, "v-copy", HLS_PICTURE, &cuts), -1);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_is_named),
		cmocka_unit_test(a_track_is_named_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
