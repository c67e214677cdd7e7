/*
 * Text in an encoding from before Unicode: which one, and as UTF-8. What the
 * bytes look like is uchardet's guess. A few lines look like many things, so
 * that the language that the file's name tells decides which guesses are
 * believed; libc converts.
 */
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <uchardet/uchardet.h>

#include "lib/library/subtitle_part.h"

enum {
	GUESS_BYTES = 256 * 1024,
	FEW = 12,       /* so many bytes beyond ASCII look like anything */
	ERRORS_OF = 50, /* of so many bytes beyond ASCII one may be damaged */
};

#define WESTERN "WINDOWS-1252"
#define BAD_UTF8 "\xef\xbf\xbd"

/* Encodings that a language was written in, the usual one first. They are
 * libc's names, which are also uchardet's. */
static const struct habit {
	const char *languages;
	const char *encodings;
} habits[] = {
	{ "ja", "CP932|SHIFT_JIS|EUC-JP" },
	{ "zh-tw zh-hk zh-hant", "BIG5-HKSCS|BIG5|GB18030" },
	{ "zh", "GB18030|BIG5-HKSCS|BIG5" },
	{ "ko", "CP949|UHC|EUC-KR|JOHAB" },
	{ "ru", "WINDOWS-1251|KOI8-R|IBM866|ISO-8859-5|MAC-CYRILLIC" },
	{ "uk be bg mk kk mn", "WINDOWS-1251|KOI8-U|KOI8-R|IBM866|ISO-8859-5" },
	{ "sr", "WINDOWS-1250|WINDOWS-1251|ISO-8859-2|ISO-8859-5" },
	{ "pl cs sk hu sl hr bs ro sq",
	    "WINDOWS-1250|ISO-8859-2|IBM852|ISO-8859-16" },
	{ "el", "WINDOWS-1253|ISO-8859-7" },
	{ "tr az", "WINDOWS-1254|ISO-8859-9" },
	{ "he yi", "WINDOWS-1255|ISO-8859-8" },
	{ "ar fa ur", "WINDOWS-1256|ISO-8859-6" },
	{ "lt lv et", "WINDOWS-1257|ISO-8859-13|ISO-8859-4" },
	{ "vi", "WINDOWS-1258" },
	{ "th", "CP874|TIS-620" },
	{ "en de fr es it pt nl da sv nb nn no fi is ca gl eu ga af id ms",
	    WESTERN },
};

static bool
is_among(const char *word, size_t len, const char *list, const char *ends)
{
	size_t n;

	for (; *list != '\0'; list += n + (list[n] != '\0')) {
		n = strcspn(list, ends);
		if (n == len && strncasecmp(list, word, n) == 0)
			return true;
	}
	return false;
}

/* By the whole tag, else by the language without its place. */
static const char *
encodings_of(const char *language)
{
	const size_t lens[] = { strlen(language), strcspn(language, "-_") };

	for (size_t k = 0; k < COUNT_OF(lens); k++)
		for (size_t i = 0; i < COUNT_OF(habits); i++)
			if (is_among(
				language, lens[k], habits[i].languages, " "))
				return habits[i].encodings;
	return NULL;
}

static size_t
count_high(const char *bytes, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (bytes[i] & 0x80) != 0;
	return n;
}

/* Appends it as UTF-8, what cannot be read as U+FFFD; how many of those, -1 when
 * libc does not know the encoding. */
static long
convert(const char *from, const char *bytes, size_t len, struct buf *out)
{
	char chunk[4096], *in = (char *)bytes, *to;
	iconv_t cd = iconv_open("UTF-8", from);
	size_t room = sizeof(chunk), result;
	long errors = 0;

	if (cd == (iconv_t)-1)
		return -1;
	while (len > 0 && !buf_failed(out)) {
		to = chunk;
		room = sizeof(chunk);
		result = iconv(cd, &in, &len, &to, &room);
		buf_append(out, chunk, sizeof(chunk) - room);
		if (result != (size_t)-1 || errno == E2BIG)
			continue;
		buf_append(out, BAD_UTF8, strlen(BAD_UTF8));
		errors++;
		in++;
		len--;
	}
	/* A letter may wait for an accent that follows it. */
	to = chunk;
	room = sizeof(chunk);
	iconv(cd, NULL, NULL, &to, &room);
	buf_append(out, chunk, sizeof(chunk) - room);
	iconv_close(cd);
	return errors;
}

/* Whether nearly all of it is text in that encoding; appended only then. */
static bool
try_encoding(const char *from, const char *bytes, size_t len, struct buf *out)
{
	size_t before = out->len;
	long errors = convert(from, bytes, len, out);

	if (errors >= 0 && (size_t)errors * ERRORS_OF <= count_high(bytes, len))
		return true;
	out->len = before;
	out->data[before] = '\0';
	return false;
}

/* What uchardet takes it for, in `name`; "" when it does not know. */
static void
guess(const char *bytes, size_t len, char *name, size_t size)
{
	uchardet_t detector = uchardet_new();

	*name = '\0';
	if (uchardet_handle_data(
		detector, bytes, len < GUESS_BYTES ? len : GUESS_BYTES) == 0) {
		uchardet_data_end(detector);
		snprintf(name, size, "%s", uchardet_get_charset(detector));
	}
	uchardet_delete(detector);
	/* The printable part of Windows' sets is a superset of these. */
	if (strcmp(name, "ISO-8859-1") == 0 || strcmp(name, "ASCII") == 0)
		snprintf(name, size, "%s", WESTERN);
	else if (strcmp(name, "SHIFT_JIS") == 0)
		snprintf(name, size, "CP932");
	else if (strcmp(name, "EUC-KR") == 0 || strcmp(name, "UHC") == 0)
		snprintf(name, size, "CP949");
}

/* The guess if the language was ever written so, else what it was. */
static bool
try_habits(const char *encodings, const char *guessed, const char *bytes,
    size_t len, struct buf *out)
{
	char name[32];
	size_t n;

	if (is_among(guessed, strlen(guessed), encodings, "|") &&
	    try_encoding(guessed, bytes, len, out))
		return true;
	for (; *encodings != '\0'; encodings += n + (encodings[n] != '\0')) {
		n = strcspn(encodings, "|");
		snprintf(name, sizeof(name), "%.*s", (int)n, encodings);
		if (try_encoding(name, bytes, len, out))
			return true;
	}
	return false;
}

void
subtitle_decode_legacy(
    const char *bytes, size_t len, const char *language, struct buf *out)
{
	const char *encodings = language ? encodings_of(language) : NULL;
	char guessed[32];

	guess(bytes, len, guessed, sizeof(guessed));
	if (encodings != NULL &&
	    try_habits(encodings, guessed, bytes, len, out))
		return;
	if (*guessed != '\0' && count_high(bytes, len) >= FEW &&
	    try_encoding(guessed, bytes, len, out))
		return;
	convert(WESTERN, bytes, len, out);
}
