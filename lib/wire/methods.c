/*
 * The table of methods that handlers, miauctl and miaud share. Each side reads
 * the same row: miaud checks params before a method runs, tests check live
 * results. Shapes that also stand in docs/openapi.yaml (Scan, Progress, the
 * listing of a folder) are equal to those there.
 */
#include <string.h>

#include "lib/wire/shapes.h"
#include "lib/wire/wire.h"

const struct wire_method wire_methods[] = {
	{ .name = "hello",
	    .who = WIRE_ANYBODY,
	    .summary = "Who are you, and do we speak the same protocol.",
	    .params =
		OBJECT("", "\"version\":" TEXT("64") ",\"protocol\":" COUNT),
	    .result = OBJECT("\"version\",\"protocol\",\"boot\"",
		"\"version\":" TEXT("64") ",\"protocol\":" COUNT
					  ",\"boot\":" TEXT("64")) },
	{ .name = "status",
	    .who = WIRE_ANYBODY,
	    .summary = "How miaud and what it cares for are.",
	    .params = EMPTY,
	    .result = OBJECT("\"version\",\"uptime\",\"startedAt\",\"pid\","
			     "\"vpn\",\"services\",\"tasks\",\"connections\"",
		"\"version\":" TEXT(
		    "64") ",\"uptime\":" NUMBER ",\"startedAt\":" TIME
			  ",\"pid\":" ID ",\"vpn\":" VPN ",\"services\":" LIST(
			      "64", SERVICE) ",\"tasks\":" TASK_SUMMARY
					     ",\"connections\":" COUNT) },
	{ .name = "events.subscribe",
	    .who = WIRE_ANYBODY,
	    .summary = "Sends events on this connection from now on, after "
		       "those missed since an id.",
	    .params = OBJECT("",
		"\"since\":{\"type\":[\"string\",\"null\"],"
		"\"maxLength\":80}"),
	    .result = OBJECT("\"newest\",\"reset\"",
		"\"newest\":" TEXT("80") ",\"reset\":" BOOL) },
	{ .name = "session.touch",
	    .who = WIRE_ANYBODY,
	    .summary = "A session was used just now.",
	    .params = OBJECT("\"sessionId\"", "\"sessionId\":" NAME("64")),
	    .result = EMPTY },
	{ .name = "api_key.touch",
	    .who = WIRE_HANDLERS,
	    .summary = "An API key was used just now, from the acting address.",
	    .params = OBJECT("\"id\"", "\"id\":" NAME("64")),
	    .result = EMPTY },
	{ .name = "session.ended",
	    .who = WIRE_ANYBODY,
	    .summary = "A session was ended; its listeners are told.",
	    .params = OBJECT("\"sessionId\",\"reason\"",
		"\"sessionId\":" NAME(
		    "64") ",\"reason\":{\"enum\":["
			  "\"revoked\",\"role_changed\",\"expired\","
			  "\"profile_changed\"]}"),
	    .result = EMPTY },
	{ .name = "stream_key.touch",
	    .who = WIRE_ANYBODY,
	    .summary = "A stream key was used just now (its SHA-256 in hex).",
	    .params = OBJECT("\"hash\"",
		"\"hash\":{\"type\":\"string\",\"minLength\":64,"
		"\"maxLength\":64}"),
	    .result = EMPTY },
	{ .name = "library.add",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Watches one more folder and begins to scan it.",
	    .params = OBJECT("\"path\"", "\"path\":" NAME("4096")),
	    .result = OBJECT(
		"\"id\",\"path\"", "\"id\":" ID ",\"path\":" TEXT("8192")) },
	{ .name = "library.remove",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Forgets a folder; the files themselves stay.",
	    .params = OBJECT("\"id\"", "\"id\":" ID),
	    .result = EMPTY },
	{ .name = "library.scan",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Looks through all folders, or one, for changes.",
	    .params = OBJECT("", "\"folder\":" ID_OR_NULL),
	    .result = SCAN },
	{ .name = "library.browse",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "The folders inside a folder of the server.",
	    .params = OBJECT("",
		"\"path\":{\"type\":[\"string\",\"null\"],\"minLength\":1,"
		"\"maxLength\":4096}"),
	    .result = OBJECT("\"path\",\"parent\",\"readable\",\"reason\","
			     "\"videos\",\"entries\",\"truncated\"",
		"\"path\":" TEXT_OR_NULL ",\"parent\":" TEXT_OR_NULL
		",\"readable\":" BOOL ",\"reason\":" TEXT_OR_NULL
		",\"videos\":" COUNT
		",\"entries\":" LIST("1000", ENTRY) ",\"truncated\":" BOOL) },
	{ .name = "library.status",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "The scan that is running, or the last one.",
	    .params = EMPTY,
	    .result = SCAN },
	{ .name = "catalogue.import",
	    .who = WIRE_ADMIN,
	    .summary = "Adds or completes titles told in a file.",
	    .params =
		OBJECT("\"titles\"", "\"titles\":" LIST("1000", IMPORT_TITLE)),
	    .result = OBJECT("\"added\",\"known\"",
		"\"added\":" COUNT ",\"known\":" COUNT) },
	{ .name = "title.changed",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "A title was changed by a person; screens show it anew.",
	    .params = OBJECT("\"titleId\"", "\"titleId\":" NAME("64")),
	    .result = EMPTY },
	{ .name = "settings.changed",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary =
		"Reads the stored settings again; answers once they hold.",
	    .params = EMPTY,
	    .result = EMPTY },
	{ .name = "ui.intent",
	    .who = WIRE_HANDLERS,
	    .summary = "What a person is about to do; of which source, and "
		       "where in it (0 to 1), so that it is made ready.",
	    .params = OBJECT("\"titleId\",\"kind\"",
		"\"titleId\":" NAME("64") ",\"kind\":" INTENT_KIND
					  ",\"sourceId\":" ID
					  ",\"fraction\":" NUMBER),
	    .result = EMPTY },
	{ .name = "ui.intents",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "The last intents, newest first.",
	    .params = EMPTY,
	    .result =
		OBJECT("\"intents\"", "\"intents\":" LIST("256", INTENT)) },
	{ .name = "tasks.list",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "The scheduled tasks and how they are.",
	    .params = EMPTY,
	    .result = OBJECT("\"tasks\"", "\"tasks\":" LIST("256", TASK)) },
	{ .name = "tasks.run",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Runs a task now.",
	    .params = TASK_NAME,
	    .result = EMPTY },
	{ .name = "tasks.pause",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Runs a task no more by itself.",
	    .params = TASK_NAME,
	    .result = EMPTY },
	{ .name = "tasks.resume",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Lets a paused task run by itself again.",
	    .params = TASK_NAME,
	    .result = EMPTY },
	{ .name = "subtitles.search",
	    .who = WIRE_ANYBODY,
	    .summary = "Looks at OpenSubtitles for subtitles of a source.",
	    .params = OBJECT("\"sourceId\",\"language\"",
		"\"sourceId\":" ID ",\"language\":" NAME("16")),
	    .result = OBJECT("\"results\",\"quota\"",
		"\"results\":" LIST(
		    "50", FOUND_SUBTITLE) ",\"quota\":" QUOTA) },
	{ .name = "subtitles.fetch",
	    .who = WIRE_ANYBODY,
	    .summary =
		"Fetches what was found for a source; it is a track of it "
		"from then on.",
	    .params = OBJECT("\"sourceId\",\"fileId\"",
		"\"sourceId\":" ID ",\"fileId\":" ID),
	    .result = OBJECT(
		"\"fileId\",\"quota\"", "\"fileId\":" ID ",\"quota\":" QUOTA) },
	{ .name = "subtitles.status",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary =
		"Whether OpenSubtitles is set up and what may be fetched; "
		"\"test\" asks it.",
	    .params = OBJECT("", "\"test\":" BOOL),
	    .result = OBJECT(
		"\"isOn\",\"quota\"", "\"isOn\":" BOOL ",\"quota\":" QUOTA) },
	{ .name = "reason.list",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Why something was decided or refused.",
	    .params = OBJECT("\"subject\"", "\"subject\":" NAME("128")),
	    .result =
		OBJECT("\"reasons\"", "\"reasons\":" LIST("1000", REASON)) },
	{ .name = "download.add",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary =
		"Adds a torrent: a magnet link, a .torrent in base64, or "
		"the path of one.",
	    .params = OBJECT("",
		"\"magnet\":" NAME("16384") ",\"torrent\":" NAME("1000000") ",\"path\":" NAME(
		    "4096") ",\"title\":" NAME("256") ",\"titleId\":" NAME("64") ",\"paused\":" BOOL
										 ",\"wanted\":" BOOL),
	    .result =
		OBJECT("\"id\",\"known\"", "\"id\":" ID ",\"known\":" BOOL) },
	{ .name = "films.list",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Films under open licences, and which were added.",
	    .params = EMPTY,
	    .result = OBJECT("\"films\"", "\"films\":" LIST("1000", FILM)) },
	{ .name = "films.add",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Adds one of them; it is fetched while it is watched.",
	    .params = OBJECT("\"name\"", "\"name\":" NAME("64")),
	    .result =
		OBJECT("\"id\",\"known\"", "\"id\":" ID ",\"known\":" BOOL) },
	{ .name = "download.share",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary =
		"Makes a torrent of a file and shares it; answers before "
		"that is done.",
	    .params = OBJECT(
		"\"path\"", "\"path\":" NAME("4096") ",\"title\":" NAME("256")),
	    .result =
		OBJECT("\"id\",\"known\"", "\"id\":" ID ",\"known\":" BOOL) },
	{ .name = "download.export",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "The .torrent in base64 and the magnet link.",
	    .params = OBJECT("\"id\"", "\"id\":" ID),
	    .result = OBJECT("\"torrent\",\"magnet\"",
		"\"torrent\":" TEXT("1000000") ",\"magnet\":" TEXT("8192")) },
	{ .name = "download.list",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "All torrents, newest first.",
	    .params = EMPTY,
	    .result = OBJECT(
		"\"downloads\"", "\"downloads\":" LIST("10000", DOWNLOAD)) },
	{ .name = "download.show",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "A torrent with its pieces, files and trackers.",
	    .params = OBJECT("\"id\"", "\"id\":" ID),
	    .result = OBJECT(DOWNLOAD_REQUIRED
		",\"hash\",\"pieces\",\"fileList\",\"trackers\","
		"\"knownSeeds\",\"knownPeers\"",
		DOWNLOAD_FIELDS
		",\"hash\":" TEXT_OR_NULL ",\"pieces\":" DOWNLOAD_PIECES
		",\"fileList\":" LIST(
		    "2000", DOWNLOAD_FILE) ",\"trackers\":" LIST("64",
		    DOWNLOAD_TRACKER) ",\"knownSeeds\":" COUNT_OR_NULL
				      ",\"knownPeers\":" COUNT_OR_NULL) },
	{ .name = "download.change",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Pauses or resumes, limits, keeps, or chooses the file "
		       "that plays.",
	    .params = OBJECT("\"id\"",
		"\"id\":" ID ",\"paused\":" BOOL ",\"upLimit\":" COUNT
		",\"downLimit\":" COUNT ",\"ratioLimit\":" NUMBER
		",\"pinned\":" BOOL ",\"fileIndex\":" COUNT ",\"season\":" COUNT
		",\"episode\":" COUNT ",\"recheck\":" BOOL),
	    .result = DOWNLOAD },
	{ .name = "download.remove",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Forgets a torrent, with `erase` its bytes too.",
	    .params = OBJECT("\"id\"", "\"id\":" ID ",\"erase\":" BOOL),
	    .result = EMPTY },
	{ .name = "storage.status",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "What torrents take of the disk.",
	    .params = EMPTY,
	    .result = OBJECT("\"limit\",\"used\",\"left\",\"admitted\","
			     "\"free\",\"items\"",
		"\"limit\":" COUNT ",\"used\":" COUNT ",\"left\":" COUNT
		",\"admitted\":" COUNT ",\"free\":" COUNT
		",\"items\":" LIST("10000", STORED)) },
	{ .name = "storage.evict",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Gives the bytes of a torrent back.",
	    .params = OBJECT("\"downloadId\"", "\"downloadId\":" ID),
	    .result = OBJECT("\"freed\"", "\"freed\":" COUNT) },
	{ .name = "stream.open",
	    .who = WIRE_ANYBODY,
	    .summary =
		"A reader of a source that is being fetched; it ends with "
		"the connection.",
	    .params = OBJECT("\"sourceId\"",
		"\"sourceId\":" ID ",\"waitMs\":" COUNT
		",\"profileId\":" TEXT("64")),
	    .result = OBJECT("\"reader\",\"path\",\"size\",\"isWhole\"",
		"\"reader\":" ID ",\"path\":" NAME(
		    "4096") ",\"size\":" COUNT ",\"isWhole\":" BOOL) },
	{ .name = "stream.read",
	    .who = WIRE_ANYBODY,
	    .summary = "Waits for bytes from a place on and says how far they "
		       "are there.",
	    .params = OBJECT("\"reader\",\"offset\",\"length\"",
		"\"reader\":" ID ",\"offset\":" COUNT ",\"length\":" COUNT
		",\"waitMs\":" COUNT),
	    .result = OBJECT("\"until\",\"problem\"",
		"\"until\":" COUNT ",\"problem\":" STREAM_PROBLEM) },
	{ .name = "stream.close",
	    .who = WIRE_ANYBODY,
	    .summary = "Ends a reader.",
	    .params = OBJECT("\"reader\"", "\"reader\":" ID),
	    .result = EMPTY },
	{ .name = "hls.part",
	    .who = WIRE_ANYBODY,
	    .summary = "Waits for a segment of a source, or for what its track "
		       "is begun with (-1).",
	    .params = OBJECT("\"sourceId\",\"track\",\"number\"",
		"\"sourceId\":" ID ",\"track\":" NAME(
		    "24") ",\"number\":{\"type\":\"integer\",\"minimum\":-1},"
			  "\"waitMs\":" COUNT ",\"viewer\":" TEXT(
			      "64") ",\"place\":" COUNT),
	    .result = OBJECT("\"path\"", "\"path\":" TEXT_OR_NULL) },
	{ .name = "hls.list",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "What is being encoded.",
	    .params = EMPTY,
	    .result = OBJECT("\"slots\",\"encoders\"",
		"\"slots\":" COUNT ",\"encoders\":" LIST("4096", ENCODER)) },
	{ .name = "thumbnails.status",
	    .who = WIRE_ADMIN,
	    .summary = "How many films have thumbnails.",
	    .params = EMPTY,
	    .result = OBJECT("\"films\",\"failed\",\"waiting\",\"bytes\"",
		"\"films\":" COUNT ",\"failed\":" COUNT ",\"waiting\":" COUNT
		",\"bytes\":" COUNT) },
	{ .name = "thumbnails.clear",
	    .who = WIRE_ADMIN,
	    .summary = "Removes all thumbnails.",
	    .params = EMPTY,
	    .result = EMPTY },
	{ .name = "hls.queue",
	    .who = WIRE_HANDLERS,
	    .summary = "The place of a source among those that wait for an "
		       "encoder; 1 is the next.",
	    .params = OBJECT("\"sourceId\"", "\"sourceId\":" ID),
	    .result = OBJECT("\"place\"",
		"\"place\":{\"type\":[\"integer\",\"null\"],\"minimum\":1}") },
	{ .name = "hls.probe",
	    .who = WIRE_HANDLERS_ADMIN,
	    .summary = "Tries each way to encode by hardware, and tells which "
		       "works.",
	    .params = EMPTY,
	    .result = OBJECT("\"wanted\",\"used\",\"ways\"",
		"\"wanted\":" NAME("16") ",\"used\":" TEXT_OR_NULL
					 ",\"ways\":" LIST("8", HARDWARE)) },
	{ .name = "stream.state",
	    .who = WIRE_HANDLERS,
	    .summary = "What of a source is here, and what it waits for.",
	    .params = OBJECT("\"sourceId\"", "\"sourceId\":" ID),
	    .result = OBJECT("\"size\",\"published\",\"wanted\",\"rate\","
			     "\"peers\",\"pieceSize\",\"state\",\"problem\","
			     "\"sentence\"",
		"\"size\":" COUNT_OR_NULL ",\"pieceSize\":" COUNT_OR_NULL
		",\"published\":" BYTE_RANGES("64") ",\"wanted\":" BYTE_RANGES(
		    "8") ",\"rate\":" COUNT ",\"peers\":" COUNT
			 ",\"state\":" DOWNLOAD_STATE
			 ",\"problem\":" DOWNLOAD_PROBLEM
			 ",\"sentence\":" TEXT_OR_NULL) },
	{ .name = "subtitle.extract",
	    .who = WIRE_ANYBODY,
	    .summary = "The subtitles inside a film are taken out of it.",
	    .params = OBJECT("\"sourceId\"", "\"sourceId\":" ID),
	    .result = EMPTY },
	{ .name = "progress.changed",
	    .who = WIRE_HANDLERS,
	    .summary = "A person watched on; the other devices are told.",
	    .params = OBJECT("\"titleId\",\"season\",\"episode\","
			     "\"progress\"",
		"\"titleId\":" NAME("64") ",\"season\":" COUNT_OR_NULL
					  ",\"episode\":" COUNT_OR_NULL
					  ",\"progress\":" PROGRESS),
	    .result = EMPTY },
	{ .name = "log.level",
	    .who = WIRE_ADMIN,
	    .summary = "Logs from this level on.",
	    .params = OBJECT("\"level\"",
		"\"level\":{\"enum\":[\"debug\",\"info\",\"warn\","
		"\"error\"]}"),
	    .result = EMPTY },
	{ .name = "shutdown",
	    .who = WIRE_ADMIN,
	    .summary = "Ends miaud in good order.",
	    .params = EMPTY,
	    .result = EMPTY },
	{ .name = NULL },
};

const struct wire_method *
wire_method_find(const char *name)
{
	const struct wire_method *method;

	for (method = wire_methods; method->name != NULL; method++)
		if (strcmp(method->name, name) == 0)
			return method;
	return NULL;
}
