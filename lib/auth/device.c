/*
 * A name for a device from its user agent: good enough for a person to know
 * the own ones apart, from two small tables in which the first hit wins.
 */
#include <string.h>

#include "lib/auth/session.h"

struct sign {
	const char *in;   /* part of the user agent */
	const char *name; /* NULL ends the table */
};

/* Those that also claim to be another come first. */
static const struct sign programs[] = {
	{ "Edg/", "Edge" },
	{ "OPR/", "Opera" },
	{ "SamsungBrowser/", "Samsung Internet" },
	{ "Vivaldi/", "Vivaldi" },
	{ "Firefox/", "Firefox" },
	{ "FxiOS/", "Firefox" },
	{ "HeadlessChrome/", "Chromium" },
	{ "Chromium/", "Chromium" },
	{ "CriOS/", "Chrome" },
	{ "Chrome/", "Chrome" },
	{ "Safari/", "Safari" },
	{ "curl/", "curl" },
	{ "Wget/", "Wget" },
	{ "mpv", "mpv" },
	{ "VLC/", "VLC" },
	{ "LibVLC/", "VLC" },
	{ "Kodi/", "Kodi" },
	{ "okhttp/", "Android app" },
	{ "python-requests/", "Python" },
	{ "node", "Node.js" },
	{ NULL, NULL },
};

static const struct sign systems[] = {
	{ "iPhone", "iPhone" },
	{ "iPad", "iPad" },
	{ "Web0S", "webOS TV" },
	{ "Tizen", "Samsung TV" },
	{ "AFT", "Fire TV" },
	{ "Android TV", "Android TV" },
	{ "GoogleTV", "Google TV" },
	{ "Android", "Android" },
	{ "CrOS", "ChromeOS" },
	{ "Windows", "Windows" },
	{ "Macintosh", "macOS" },
	{ "Linux", "Linux" },
	{ "FreeBSD", "FreeBSD" },
	{ "OpenBSD", "OpenBSD" },
	{ NULL, NULL },
};

static const char *
find_sign(const struct sign *sign, const char *user_agent)
{
	for (; sign->name != NULL; sign++)
		if (strstr(user_agent, sign->in) != NULL)
			return sign->name;
	return NULL;
}

char *
session_device_name(struct arena *arena, const char *user_agent)
{
	const char *program = find_sign(programs, user_agent);
	const char *system = find_sign(systems, user_agent);

	if (program != NULL && system != NULL)
		return arena_printf(arena, "%s on %s", program, system);
	if (program == NULL)
		program = system;
	return arena_printf(
	    arena, "%s", program == NULL ? "Unknown device" : program);
}
