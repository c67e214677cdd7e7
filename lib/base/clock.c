/* Clocks and their two spellings. */
#include "lib/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char days[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static int64_t
read_clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_now_ms(void)
{
	return read_clock_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_mono_ms(void)
{
	return read_clock_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_mono_us(void)
{
	return read_clock_us(CLOCK_MONOTONIC);
}

static void
split(int64_t at_ms, struct tm *tm)
{
	time_t seconds = (time_t)(at_ms / 1000);

	if (gmtime_r(&seconds, tm) == NULL || tm->tm_year + 1900 > 9999 ||
	    tm->tm_year + 1900 < 0) {
		seconds = 0;
		gmtime_r(&seconds, tm);
	}
}

static void
put_digits(char *out, int n, int value)
{
	for (; n-- > 0; value /= 10)
		out[n] = (char)('0' + value % 10);
}

void
clock_iso(int64_t at_ms, char out[CLOCK_ISO_SIZE])
{
	struct tm tm;

	split(at_ms, &tm);
	/* By hand: every line of the log and every title has one. */
	memcpy(out, "0000-00-00T00:00:00.000Z", CLOCK_ISO_SIZE);
	put_digits(out, 4, tm.tm_year + 1900);
	put_digits(out + 5, 2, tm.tm_mon + 1);
	put_digits(out + 8, 2, tm.tm_mday);
	put_digits(out + 11, 2, tm.tm_hour);
	put_digits(out + 14, 2, tm.tm_min);
	put_digits(out + 17, 2, tm.tm_sec);
	put_digits(out + 20, 3, (int)(at_ms < 0 ? 0 : at_ms % 1000));
}

void
clock_http(int64_t at_ms, char out[CLOCK_HTTP_SIZE])
{
	char text[80];
	struct tm tm;

	split(at_ms, &tm);
	snprintf(text, sizeof(text), "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    days + tm.tm_wday * 3, tm.tm_mday, months + tm.tm_mon * 3,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	memcpy(out, text, CLOCK_HTTP_SIZE - 1);
	out[CLOCK_HTTP_SIZE - 1] = '\0';
}

int64_t
clock_parse_http(const char *date)
{
	char month[4] = "", zone[4] = "";
	struct tm tm = { 0 };
	const char *place;

	if (sscanf(date, "%*3s, %2d %3s %4d %2d:%2d:%2d %3s", &tm.tm_mday,
		month, &tm.tm_year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		zone) != 7 ||
	    strcmp(zone, "GMT") != 0 || strlen(month) != 3)
		return -1;
	place = strstr(months, month);
	if (place == NULL || (place - months) % 3 != 0)
		return -1;
	tm.tm_mon = (int)(place - months) / 3;
	tm.tm_year -= 1900;
	return (int64_t)timegm(&tm) * 1000;
}

/* The spelling of what was read has to begin as the text does, so that there is
 * no thirtieth of February. */
int64_t
clock_parse_iso(const char *text)
{
	static const char midnight[] = "T00:00:00.000Z";
	char whole[CLOCK_ISO_SIZE], again[CLOCK_ISO_SIZE];
	size_t len = strlen(text);
	struct tm tm = { 0 };
	int64_t at;
	int ms = 0;

	if (len == 10)
		snprintf(whole, sizeof(whole), "%s%s", text, midnight);
	else if (len == 20 && text[19] == 'Z')
		snprintf(whole, sizeof(whole), "%.19s.000Z", text);
	else if (len == 24)
		snprintf(whole, sizeof(whole), "%s", text);
	else
		return -1;
	if (sscanf(whole, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &tm.tm_year,
		&tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		&ms) != 7)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	at = (int64_t)timegm(&tm) * 1000 + ms;
	if (at < 0)
		return -1;
	clock_iso(at, again);
	return strcmp(whole, again) == 0 ? at : -1;
}
