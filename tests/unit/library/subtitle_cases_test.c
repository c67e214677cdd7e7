/*
 * Subtitles as they come, and what is made of them: a table of texts and one of
 * encodings.
 */
#include <iconv.h>

#include "lib/library/subtitle.h"
#include "tests/unit/helpers.h"

enum { OUT_MAX = 1024 * 1024, BYTES_MAX = 16384, CASES_WANTED = 200 };

#define L1 "00:00:01,000 --> 00:00:02,000"
#define L3 "00:00:03,000 --> 00:00:04,000"
#define S1 "1\n" L1 "\n"
#define S3 "\n2\n" L3 "\n"
#define T1 "00:00:01.000 --> 00:00:02.000"
#define T3 "00:00:03.000 --> 00:00:04.000"
#define RES(x, y) "[Script Info]\nPlayResX: " x "\nPlayResY: " y "\n"
#define STYLES                                                                 \
	"[V4+ Styles]\nFormat: Name, Bold, Italic, Underline, Alignment, "     \
	"MarginL, MarginR, MarginV\nStyle: D,0,0,0,2,10,10,10\n"               \
	"Style: It,0,-1,0,2,10,10,10\nStyle: Top,0,0,0,8,10,10,10\n"           \
	"Style: High,0,0,0,2,10,10,144\n"
#define HEAD                                                                   \
	"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, " \
	"MarginV, Effect, Text\n"
#define OF(style, margins, text)                                               \
	"Dialogue: 0,0:00:01.00,0:00:02.00," style ",," margins ",," text "\n"
#define LINE(text) OF("D", "0,0,0", text)
#define D(text) STYLES HEAD LINE(text)

static const struct subtitle_case {
	const char *name, *format, *given, *wanted;
} cases[] = {
#include "tests/unit/library/subtitle_cases.def"
};

/* True when it becomes what is wanted; says otherwise what came instead. */
static bool
converts(const char *name, const char *format, const char *language,
    const char *bytes, size_t len, const char *wanted)
{
	struct buf out;
	struct err err;
	bool is_right;

	buf_init(&out, OUT_MAX);
	assert_ok(
	    library_subtitle_convert(bytes, len, format, language, &out, &err),
	    &err);
	assert_memory_equal(out.data, "WEBVTT\n\n", 8);
	is_right = strcmp(out.data + 8, wanted) == 0;
	if (!is_right)
		print_error("%s\n  expected %s\n  got      %s\n", name, wanted,
		    out.data + 8);
	buf_fini(&out);
	return is_right;
}

static void
texts(void **state UNUSED)
{
	int wrong = 0;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		wrong += !converts(cases[i].name, cases[i].format, NULL,
		    cases[i].given, strlen(cases[i].given), cases[i].wanted);
	assert_int_equal(wrong, 0);
}

static void
no_two_cases_are_the_same(void **state UNUSED)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(cases[i].name, cases[j].name);
			assert_false(
			    strcmp(cases[i].given, cases[j].given) == 0 &&
			    strcmp(cases[i].format, cases[j].format) == 0);
		}
}

static const char russian[] =
    "Я не знаю, что тебе сказать.\nПойдём домой, уже поздно!\n"
    "Почему ты мне ничего не говорил?\nОни приехали вчера вечером.";
static const char ukrainian[] =
    "Їжак і ґава живуть у лісі.\nЩо ти робиш сьогодні ввечері?";
static const char bulgarian[] =
    "Не знам какво да ти кажа.\nЗащо не ми каза по-рано?\nХайде да вървим.";
static const char greek[] = "Δεν ξέρω τι να σου πω.\nΠάμε σπίτι, είναι αργά!\n"
			    "Γιατί δεν μου είπες τίποτα;";
static const char turkish[] =
    "Sana ne söyleyeceğimi bilmiyorum.\nHadi eve gidelim, çok geç oldu!\n"
    "Şimdi ağaçların altında oturuyoruz.";
static const char polish[] =
    "Nie wiem, co ci powiedzieć.\nChodźmy do domu, jest już późno!\n"
    "Dlaczego żółw się spóźnił, ośle?";
static const char czech[] =
    "Nevím, co ti mám říct.\nPojďme domů, už je pozdě!\n"
    "Příliš žluťoučký kůň úpěl ďábelské ódy.";
static const char hungarian[] =
    "Nem tudom, mit mondjak neked.\nÁrvíztűrő tükörfúrógép.\nGyerünk haza!";
static const char romanian[] = "Nu știu ce să-ți spun.\nHai acasă!";
static const char hebrew[] = "אני לא יודע מה להגיד לך.\nבוא נלך הביתה, כבר "
			     "מאוחר!\nלמה לא אמרת לי כלום?";
static const char arabic[] =
    "لا أعرف ماذا أقول لك.\nهيا نذهب إلى البيت!\nلماذا "
    "لم تقل لي شيئا من قبل؟";
static const char persian[] = "نمي دانم چه بگويم.\nبه خانه برويم!";
static const char japanese[] =
    "何を言えばいいのか分からない。\n家に帰ろう、もう遅いよ！\n"
    "どうして何も言ってくれなかったの？";
static const char chinese[] =
    "我不知道该对你说什么。\n我们回家吧，已经很晚了！\n"
    "你为什么什么都没告诉我？";
static const char taiwanese[] =
    "我不知道該對你說什麼。\n我們回家吧，已經很晚了！\n"
    "你為什麼什麼都沒告訴我？";
static const char korean[] = "무슨 말을 해야 할지 모르겠어.\n집에 가자, 너무 "
			     "늦었어!\n왜 나한테 아무 말도 안 했어?";
static const char thai[] = "ฉันไม่รู้จะพูดอะไรกับเธอ\nกลับบ้านกันเถอะ ดึกแล้ว\n"
			   "ทำไมเธอไม่บอกอะไรฉันเลย";
static const char french[] =
    "Été comme hiver, où es-tu allé ?\nÇa ne fait rien, à bientôt !";
static const char german[] = "Größe für Übungen.\nÄrger im schönen Öl.";
static const char spanish[] = "¿Qué haces, niño?\n¡Mañana será otro día!";
static const char quotes[] = "“Ja” – ‘nein’ … 5 €";
static const char baltic[] =
    "Aš nežinau, ką tau pasakyti.\nEikime namo, jau vėlu!";

/* language NULL: nothing is known but the bytes. */
static const struct encoded {
	const char *encoding, *language, *text;
} encodings[] = {
	{ "UTF-8", NULL, russian },
	{ "UTF-8", "ja", arabic },
	{ "UTF-16LE", NULL, russian },
	{ "UTF-16BE", NULL, russian },
	{ "UTF-16LE", NULL, japanese },
	{ "UTF-16BE", "he", hebrew },
	{ "UTF-16LE", NULL, french },
	{ "WINDOWS-1251", NULL, russian },
	{ "WINDOWS-1251", "ru", russian },
	{ "WINDOWS-1251", "uk", ukrainian },
	{ "WINDOWS-1251", "bg", bulgarian },
	{ "WINDOWS-1251", "ru", "Да." },
	{ "KOI8-R", NULL, russian },
	{ "KOI8-R", "ru", russian },
	{ "IBM866", "ru", russian },
	{ "ISO-8859-5", "ru", russian },
	{ "WINDOWS-1253", NULL, greek },
	{ "WINDOWS-1253", "el", greek },
	{ "WINDOWS-1253", "el", "Όχι, Άννα." },
	{ "WINDOWS-1254", "tr", turkish },
	{ "WINDOWS-1254", "tr", "Şişli" },
	{ "WINDOWS-1250", "pl", polish },
	{ "WINDOWS-1250", "cs", czech },
	{ "WINDOWS-1250", "hu", hungarian },
	{ "WINDOWS-1250", "pl", "Żółć" },
	{ "ISO-8859-2", "pl", polish },
	{ "ISO-8859-16", "ro", romanian },
	{ "WINDOWS-1255", NULL, hebrew },
	{ "WINDOWS-1255", "he", hebrew },
	{ "WINDOWS-1255", "he", "לא" },
	{ "WINDOWS-1256", NULL, arabic },
	{ "WINDOWS-1256", "ar", arabic },
	{ "WINDOWS-1256", "ar", "نعم" },
	{ "WINDOWS-1256", "fa", persian },
	{ "CP932", NULL, japanese },
	{ "CP932", "ja", japanese },
	{ "CP932", "ja", "はい" },
	{ "EUC-JP", NULL, japanese },
	{ "EUC-JP", "ja", japanese },
	{ "GBK", NULL, chinese },
	{ "GBK", "zh", chinese },
	{ "GB18030", "zh-CN", chinese },
	{ "BIG5", NULL, taiwanese },
	{ "BIG5", "zh-TW", taiwanese },
	{ "BIG5", "zh-Hant", taiwanese },
	{ "EUC-KR", NULL, korean },
	{ "CP949", "ko", korean },
	{ "CP949", "ko", "네" },
	{ "CP874", "th", thai },
	{ "TIS-620", NULL, thai },
	{ "WINDOWS-1257", "lt", baltic },
	{ "WINDOWS-1252", NULL, french },
	{ "WINDOWS-1252", "fr", french },
	{ "WINDOWS-1252", "de", german },
	{ "WINDOWS-1252", NULL, german },
	{ "WINDOWS-1252", "es", spanish },
	{ "WINDOWS-1252", NULL, quotes },
	{ "WINDOWS-1252", "en", quotes },
	{ "ISO-8859-1", "pt", "Não sei o que dizer.\nAté amanhã!" },
};

/* An SRT file of the text in its encoding; its length. */
static size_t
encode(const struct encoded *given, char bytes[BYTES_MAX])
{
	char utf8[BYTES_MAX], *in = utf8, *out = bytes;
	size_t len =
		   (size_t)snprintf(utf8, sizeof(utf8), S1 "%s\n", given->text),
	       room = BYTES_MAX;
	iconv_t cd = iconv_open(given->encoding, "UTF-8");

	assert_true(cd != (iconv_t)-1);
	if (iconv(cd, &in, &len, &out, &room) != 0 || len != 0)
		fail_msg("%s cannot say %s", given->encoding, given->text);
	iconv_close(cd);
	return BYTES_MAX - room;
}

static void
old_encodings(void **state UNUSED)
{
	char bytes[BYTES_MAX], wanted[BYTES_MAX], name[64];
	int wrong = 0;
	size_t len;

	for (size_t i = 0; i < COUNT_OF(encodings); i++) {
		len = encode(&encodings[i], bytes);
		snprintf(
		    wanted, sizeof(wanted), T1 "\n%s\n\n", encodings[i].text);
		snprintf(name, sizeof(name), "%s in %s", encodings[i].encoding,
		    encodings[i].language ? encodings[i].language : "?");
		wrong += !converts(
		    name, "srt", encodings[i].language, bytes, len, wanted);
	}
	assert_int_equal(wrong, 0);
}

/* One byte in a hundred that nothing means leaves the rest as it was. */
static void
a_damaged_byte_spoils_one_letter(void **state UNUSED)
{
	const struct encoded given = { "WINDOWS-1253", "el", greek };
	char bytes[BYTES_MAX], wanted[BYTES_MAX];
	size_t len = encode(&given, bytes);

	bytes[len - 1] = '\xd2';
	snprintf(wanted, sizeof(wanted), T1 "\n%s\xef\xbf\xbd\n\n", greek);
	assert_true(converts("damaged", "srt", "el", bytes, len, wanted));
}

static void
there_are_enough(void **state UNUSED)
{
	assert_true(COUNT_OF(cases) + COUNT_OF(encodings) >= CASES_WANTED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(no_two_cases_are_the_same),
		cmocka_unit_test(old_encodings),
		cmocka_unit_test(a_damaged_byte_spoils_one_letter),
		cmocka_unit_test(there_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
