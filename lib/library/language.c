/*
 * Languages as files name them: ISO 639-1, both forms of 639-2, English names
 * and a few that releases use; the answer is BCP 47.
 */
#include <string.h>

#include "lib/base/str.h"
#include "lib/library/side.h"

/* Two letters, then all other spellings separated by '|'. */
static const char *const languages[][2] = {
	{ "aa", "aar|afar" },
	{ "af", "afr|afrikaans" },
	{ "ar", "ara|arabic" },
	{ "az", "aze|azerbaijani" },
	{ "be", "bel|belarusian" },
	{ "bg", "bul|bulgarian" },
	{ "bn", "ben|bengali" },
	{ "bs", "bos|bosnian" },
	{ "ca", "cat|catalan" },
	{ "cs", "ces|cze|czech|cz" },
	{ "cy", "cym|wel|welsh" },
	{ "da", "dan|danish" },
	{ "de", "deu|ger|german|deutsch" },
	{ "el", "ell|gre|greek" },
	{ "en", "eng|english" },
	{ "eo", "epo|esperanto" },
	{ "es", "spa|spanish|espanol|castellano" },
	{ "et", "est|estonian" },
	{ "eu", "eus|baq|basque" },
	{ "fa", "fas|per|persian|farsi" },
	{ "fi", "fin|finnish" },
	{ "fr", "fra|fre|french|francais" },
	{ "ga", "gle|irish" },
	{ "gl", "glg|galician" },
	{ "he", "heb|hebrew|iw" },
	{ "hi", "hin|hindi" },
	{ "hr", "hrv|scr|croatian" },
	{ "hu", "hun|hungarian" },
	{ "hy", "hye|arm|armenian" },
	{ "id", "ind|indonesian" },
	{ "is", "isl|ice|icelandic" },
	{ "it", "ita|italian|italiano" },
	{ "ja", "jpn|japanese|jp" },
	{ "ka", "kat|geo|georgian" },
	{ "kk", "kaz|kazakh" },
	{ "kn", "kan|kannada" },
	{ "ko", "kor|korean" },
	{ "la", "lat|latin" },
	{ "lt", "lit|lithuanian" },
	{ "lv", "lav|latvian" },
	{ "mk", "mkd|mac|macedonian" },
	{ "ml", "mal|malayalam" },
	{ "mn", "mon|mongolian" },
	{ "mr", "mar|marathi" },
	{ "ms", "msa|may|malay" },
	{ "nb", "nob|bokmal" },
	{ "ne", "nep|nepali" },
	{ "nl", "nld|dut|dutch|flemish" },
	{ "nn", "nno|nynorsk" },
	{ "no", "nor|norwegian" },
	{ "pa", "pan|punjabi" },
	{ "pl", "pol|polish" },
	{ "pt", "por|portuguese" },
	{ "pt-BR", "pob|brazilian|brazilian portuguese" },
	{ "ro", "ron|rum|romanian" },
	{ "ru", "rus|russian" },
	{ "si", "sin|sinhala" },
	{ "sk", "slk|slo|slovak" },
	{ "sl", "slv|slovenian" },
	{ "sq", "sqi|alb|albanian" },
	{ "sr", "srp|scc|serbian" },
	{ "sv", "swe|swedish" },
	{ "sw", "swa|swahili" },
	{ "ta", "tam|tamil" },
	{ "te", "tel|telugu" },
	{ "th", "tha|thai" },
	{ "tl", "tgl|tagalog|filipino" },
	{ "tr", "tur|turkish" },
	{ "uk", "ukr|ukrainian" },
	{ "ur", "urd|urdu" },
	{ "vi", "vie|vietnamese" },
	{ "zh", "zho|chi|chinese|mandarin" },
	{ "zh-Hans", "chs|simplified chinese" },
	{ "zh-Hant", "cht|traditional chinese" },
};

static bool
is_spelling(const char *list, const char *word)
{
	size_t len = strlen(word), n;

	for (; *list != '\0'; list += n + (list[n] == '|')) {
		n = strcspn(list, "|");
		if (n == len && strncasecmp(list, word, n) == 0)
			return true;
	}
	return false;
}

static const char *
plain_language(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(languages); i++)
		if (str_equal_nocase(languages[i][0], word) ||
		    is_spelling(languages[i][1], word))
			return languages[i][0];
	return NULL;
}

/* "BR", "419", "Hans": what may stand behind a language. */
static bool
is_subtag(const char *s)
{
	size_t len = strlen(s);

	if (len < 2 || len > 4)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= 'A' && s[i] <= 'Z') ||
			(len == 3 && s[i] >= '0' && s[i] <= '9')))
			return false;
	return true;
}

const char *
library_language(struct arena *arena, const char *word)
{
	const char *code = plain_language(word), *dash;
	char *first;

	if (code != NULL)
		return code;
	dash = strpbrk(word, "-_");
	if (dash == NULL || !is_subtag(dash + 1))
		return NULL;
	first = arena_strndup(arena, word, (size_t)(dash - word));
	code = plain_language(first);
	if (code == NULL || strlen(code) > 2)
		return NULL;
	return arena_printf(arena, "%s-%s", code, dash + 1);
}
