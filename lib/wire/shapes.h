/*
 * JSON Schema of what methods take and answer, of which the rows of methods.c are put
 * together.
 */
#ifndef LIB_WIRE_SHAPES_H
#define LIB_WIRE_SHAPES_H

#define OBJECT(required, properties)                                                  \
	"{\"type\":\"object\",\"additionalProperties\":false,\"required\":[" required \
	"],\"properties\":{" properties "}}"
#define LIST(max, items)                                                       \
	"{\"type\":\"array\",\"maxItems\":" max ",\"items\":" items "}"
#define EMPTY OBJECT("", "")
#define TEXT(max) "{\"type\":\"string\",\"maxLength\":" max "}"
#define NAME(max) "{\"type\":\"string\",\"minLength\":1,\"maxLength\":" max "}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define COUNT "{\"type\":\"integer\",\"minimum\":0}"
#define COUNT_OR_NULL "{\"type\":[\"integer\",\"null\"],\"minimum\":0}"
#define NUMBER "{\"type\":\"number\",\"minimum\":0}"
#define NUMBER_OR_NULL "{\"type\":[\"number\",\"null\"],\"minimum\":0}"
#define RATIO "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}"
#define BOOL "{\"type\":\"boolean\"}"
#define ID "{\"type\":\"integer\",\"minimum\":1}"
#define ID_OR_NULL "{\"type\":[\"integer\",\"null\"],\"minimum\":1}"
#define TIME "{\"type\":\"string\",\"minLength\":24,\"maxLength\":24}"
#define TIME_OR_NULL                                                           \
	"{\"type\":[\"string\",\"null\"],\"minLength\":24,\"maxLength\":24}"

#define SCAN                                                                   \
	OBJECT("\"state\",\"folder\",\"found\",\"done\",\"refused\","          \
	       "\"current\",\"startedAt\",\"finishedAt\"",                     \
	    "\"state\":{\"enum\":[\"idle\",\"running\"]},"                     \
	    "\"folder\":" ID_OR_NULL ",\"found\":" COUNT ",\"done\":" COUNT    \
	    ",\"refused\":" COUNT ",\"current\":" TEXT_OR_NULL                 \
	    ",\"startedAt\":" TIME_OR_NULL ",\"finishedAt\":" TIME_OR_NULL)

#define VPN                                                                    \
	OBJECT("\"policy\",\"active\",\"interface\",\"country\",\"since\"",    \
	    "\"policy\":{\"enum\":[\"off\",\"monitor\",\"enforce\"]},"         \
	    "\"active\":" BOOL ",\"interface\":" TEXT_OR_NULL                  \
	    ",\"country\":" TEXT_OR_NULL ",\"since\":" TIME_OR_NULL)

#define SERVICE                                                                \
	OBJECT("\"name\",\"status\",\"details\",\"since\",\"breaker\"",        \
	    "\"name\":" NAME(                                                  \
		"64") ",\"status\":{\"enum\":[\"ok\","                         \
		      "\"degraded\",\"down\"]},\"details\":" TEXT(             \
			  "1000") ",\"since\":" TIME_OR_NULL                   \
				  ",\"breaker\":{\"enum\":[\"closed\","        \
				  "\"open\",\"half-open\",null]}")

#define TASK                                                                         \
	OBJECT("\"name\",\"summary\",\"state\",\"interval\",\"needsVpn\","           \
	       "\"startedAt\",\"finishedAt\",\"nextAt\",\"result\","                 \
	       "\"error\",\"failures\"",                                             \
	    "\"name\":" NAME("64") ",\"summary\":" TEXT(                             \
		"200") ",\"state\":{\"enum\":[\"waiting\",\"sleeping\",\"running\"," \
		       "\"paused\"]},\"interval\":" NUMBER                           \
		       ",\"needsVpn\":" BOOL ",\"startedAt\":" TIME_OR_NULL          \
		       ",\"finishedAt\":" TIME_OR_NULL                               \
		       ",\"nextAt\":" TIME_OR_NULL                                   \
		       ",\"result\":{\"enum\":[\"ok\","                              \
		       "\"error\",null]},\"error\":" TEXT_OR_NULL                    \
		       ",\"failures\":" COUNT)

#define TASK_SUMMARY                                                           \
	OBJECT("\"total\",\"running\",\"paused\",\"failing\"",                 \
	    "\"total\":" COUNT ",\"running\":" COUNT ",\"paused\":" COUNT      \
	    ",\"failing\":" COUNT)

#define ENTRY                                                                  \
	OBJECT("\"name\",\"path\",\"readable\",\"reason\"",                    \
	    "\"name\":" TEXT("4096") ",\"path\":" TEXT(                        \
		"8192") ",\"readable\":" BOOL ",\"reason\":" TEXT_OR_NULL)

#define PROGRESS                                                               \
	OBJECT("\"position\",\"duration\",\"progress\",\"status\","            \
	       "\"updatedAt\"",                                                \
	    "\"position\":" NUMBER ",\"duration\":" NUMBER_OR_NULL             \
	    ",\"progress\":" RATIO ",\"status\":{\"enum\":[\"watching\","      \
	    "\"paused\",\"completed\"]},\"updatedAt\":" TIME)

#define REASON                                                                          \
	OBJECT("\"subject\",\"code\",\"sentence\",\"inputs\",\"createdAt\"",            \
	    "\"subject\":" TEXT("128") ",\"code\":" TEXT(                               \
		"64") ",\"sentence\":" TEXT("2000") ",\"inputs\":{\"type\":\"object\"}" \
						    ",\"createdAt\":" TIME)

#define FOUND_SUBTITLE                                                         \
	OBJECT("\"fileId\",\"language\",\"release\",\"downloads\","            \
	       "\"exactMatch\",\"forced\",\"hearingImpaired\","                \
	       "\"machineTranslated\"",                                      \
	    "\"fileId\":" ID ",\"language\":" NAME("16") ",\"release\":" TEXT( \
		"200") ",\"downloads\":" COUNT ",\"exactMatch\":" BOOL         \
		       ",\"forced\":" BOOL ",\"hearingImpaired\":" BOOL          \
		       ",\"machineTranslated\":" BOOL)
#define QUOTA                                                                  \
	"{\"type\":[\"object\",\"null\"],\"additionalProperties\":false,"      \
	"\"required\":[\"remaining\",\"resetAt\"],\"properties\":{"            \
	"\"remaining\":" COUNT ",\"resetAt\":" TIME_OR_NULL "}}"

#define INTENT                                                                 \
	OBJECT("\"userId\",\"titleId\",\"kind\",\"at\"",                       \
	    "\"userId\":" TEXT("64") ",\"titleId\":" TEXT(                     \
		"64") ",\"kind\":" INTENT_KIND ",\"at\":" TIME)
#define INTENT_KIND                                                            \
	"{\"enum\":[\"hover\",\"focus\",\"open\",\"continue\",\"play\"]}"

#define DATE                                                                   \
	"{\"type\":[\"string\",\"null\"],\"minLength\":10,\"maxLength\":10}"
#define AGE "{\"type\":\"integer\",\"minimum\":0,\"maximum\":21}"
#define IMPORT_EPISODE                                                         \
	OBJECT("\"number\"",                                                   \
	    "\"number\":" COUNT ",\"name\":" TEXT(                             \
		"500") ",\"overview\":" TEXT("5000") ",\"airedOn\":" DATE      \
						     ",\"runtime\":" COUNT)
#define IMPORT_SEASON                                                          \
	OBJECT("\"number\",\"episodes\"",                                      \
	    "\"number\":" COUNT ",\"name\":" TEXT(                             \
		"500") ",\"episodes\":" LIST("1000", IMPORT_EPISODE))
#define IMPORT_TITLE                                                                                          \
	OBJECT("\"kind\",\"name\"",                                                                           \
	    "\"kind\":{\"enum\":[\"movie\",\"show\"]},\"name\":" NAME(                                        \
		"500") ",\"year\":" COUNT ",\"tmdbId\":" ID                                                   \
		       ",\"imdbId\":" TEXT("16") ",\"genres\":" LIST("16", NAME("64")) ",\"overview\":" TEXT( \
			   "5000") ",\"tagline\":" TEXT("500") ",\"releasedOn\":" DATE                        \
							       ",\"runtime\":" COUNT                          \
							       ",\"popularity\":" NUMBER                      \
							       ",\"rating\":" NUMBER                          \
							       ",\"certification\":" NAME(                    \
								   "20") ",\"minimumAge\":" AGE               \
									 ",\"seasons\":" LIST(                \
									     "200",                           \
									     IMPORT_SEASON))

#define DOWNLOAD_STATE                                                                  \
	"{\"enum\":[\"hashing\",\"metadata\",\"checking\",\"downloading\",\"seeding\"," \
	"\"paused\",\"finished\",\"failed\",\"waiting\"]}"
#define DOWNLOAD_PROBLEM                                                       \
	"{\"enum\":[\"no_peers\",\"metadata_timeout\",\"tracker_error\","      \
	"\"stalled\",\"disk_full\",\"corrupt\",\"consent_needed\","            \
	"\"no_interface\",null]}"
#define STREAM_PROBLEM                                                         \
	"{\"type\":[\"object\",\"null\"],\"additionalProperties\":false,"      \
	"\"required\":[\"code\",\"sentence\"],\"properties\":{\"code\":" NAME( \
	    "64") ",\"sentence\":" TEXT("2000") "}}"
#define BYTE_RANGES(max) LIST(max, LIST("2", COUNT))
#define DOWNLOAD_REQUIRED                                                             \
	"\"id\",\"title\",\"titleId\",\"state\",\"problem\",\"sentence\","            \
	"\"size\",\"done\",\"admitted\",\"rate\",\"uploadRate\",\"peers\","           \
	"\"seeds\",\"uploaded\",\"downloaded\",\"ratio\",\"eta\",\"limit\","          \
	"\"ratioLimit\",\"isOwnFile\",\"isPinned\",\"files\",\"choice\",\"addedAt\"," \
	"\"finishedAt\",\"readers\",\"givenUp\""
#define DOWNLOAD_LIMIT                                                         \
	OBJECT("\"down\",\"up\"", "\"down\":" COUNT ",\"up\":" COUNT)
#define DOWNLOAD_CHOICE                                                        \
	"{\"type\":[\"object\",\"null\"],\"additionalProperties\":false,"      \
	"\"required\":[\"code\",\"sentence\",\"confidence\"],\"properties\":{" \
	"\"code\":{\"enum\":[\"file_chosen\",\"pack_chosen\",\"unsure\"]},"    \
	"\"sentence\":" NAME("2000") ",\"confidence\":" RATIO "}}"
#define DOWNLOAD_GIVEN_UP                                                      \
	"{\"type\":[\"object\",\"null\"],\"additionalProperties\":false,"      \
	"\"required\":[\"bytes\",\"sentence\",\"at\"],\"properties\":{"        \
	"\"bytes\":" COUNT ",\"sentence\":" NAME("2000") ",\"at\":" TIME "}}"
#define DOWNLOAD_FIELDS                                                        \
	"\"id\":" ID ",\"title\":" TEXT(                                       \
	    "4096") ",\"titleId\":" TEXT_OR_NULL ",\"state\":" DOWNLOAD_STATE  \
		    ",\"problem\":" DOWNLOAD_PROBLEM                           \
		    ",\"sentence\":" TEXT_OR_NULL ",\"size\":" COUNT_OR_NULL   \
		    ",\"done\":" COUNT ",\"admitted\":" COUNT                  \
		    ",\"rate\":" COUNT ",\"uploadRate\":" COUNT                \
		    ",\"peers\":" COUNT ",\"seeds\":" COUNT                    \
		    ",\"uploaded\":" COUNT ",\"downloaded\":" COUNT            \
		    ",\"ratio\":" NUMBER ",\"eta\":" COUNT_OR_NULL             \
		    ",\"limit\":" DOWNLOAD_LIMIT ",\"ratioLimit\":" NUMBER     \
		    ",\"isOwnFile\":" BOOL ",\"isPinned\":" BOOL               \
		    ",\"files\":" COUNT ",\"choice\":" DOWNLOAD_CHOICE         \
		    ",\"addedAt\":" TIME ",\"finishedAt\":" TIME_OR_NULL       \
		    ",\"readers\":" COUNT ",\"givenUp\":" DOWNLOAD_GIVEN_UP
#define DOWNLOAD OBJECT(DOWNLOAD_REQUIRED, DOWNLOAD_FIELDS)
#define FILE_EPISODES                                                          \
	"{\"type\":[\"array\",\"null\"],\"maxItems\":64,\"items\":" OBJECT(    \
	    "\"season\",\"episode\"",                                          \
	    "\"season\":" COUNT ",\"episode\":" COUNT) "}"
#define DOWNLOAD_FILE                                                          \
	OBJECT("\"index\",\"path\",\"size\",\"chosen\",\"episodes\"",          \
	    "\"index\":" COUNT                                                 \
	    ",\"path\":" TEXT("65536") ",\"size\":" COUNT ",\"chosen\":" BOOL  \
				       ",\"episodes\":" FILE_EPISODES)
#define DOWNLOAD_TRACKER                                                       \
	OBJECT("\"host\",\"state\",\"text\"",                                  \
	    "\"host\":" TEXT("1024") ",\"state\":" TEXT(                       \
		"16") ",\"text\":" TEXT_OR_NULL)
#define BITMAP "{\"type\":\"string\",\"maxLength\":65536}"
#define DOWNLOAD_PIECES                                                        \
	OBJECT("\"count\",\"size\",\"published\",\"admitted\"",                \
	    "\"count\":" COUNT ",\"size\":" COUNT ",\"published\":" BITMAP     \
	    ",\"admitted\":" BITMAP)
#define FILM                                                                                                              \
	OBJECT("\"name\",\"title\",\"year\",\"runtime\",\"overview\","                                                    \
	       "\"licence\",\"licenceUrl\",\"credit\",\"source\","                                                        \
	       "\"downloadId\",\"titleId\"",                                                                              \
	    "\"name\":" NAME("64") ",\"title\":" NAME(                                                                    \
		"2000") ",\"year\":" COUNT ",\"runtime\":" COUNT                                                          \
			",\"overview\":" NAME("2000") ",\"licence\":" NAME("2000") ",\"licenceUrl\":" NAME(               \
			    "2000") ",\"credit\":" NAME("2000") ",\"source\":" NAME("2000") ",\"downloadId\":" ID_OR_NULL \
											    ",\"titleId\":" TEXT_OR_NULL)
#define ENCODER                                                                \
	OBJECT("\"sourceId\",\"track\",\"position\",\"state\"",                \
	    "\"sourceId\":" ID ",\"track\":" NAME(                             \
		"24") ",\"position\":" NUMBER                                  \
		      ",\"state\":{\"enum\":[\"running\",\"ahead\",\"ending\"]}")
#define HARDWARE                                                                 \
	OBJECT("\"name\",\"state\",\"problem\",\"tookMs\"",                      \
	    "\"name\":" NAME(                                                    \
		"16") ",\"state\":{\"enum\":[\"untried\",\"works\",\"fails\"]}," \
		      "\"problem\":" TEXT_OR_NULL ",\"tookMs\":" COUNT)
#define STORED                                                                 \
	OBJECT("\"downloadId\",\"title\",\"used\",\"pinned\",\"reason\"",      \
	    "\"downloadId\":" ID                                               \
	    ",\"title\":" TEXT("4096") ",\"used\":" COUNT ",\"pinned\":" BOOL  \
				       ",\"reason\":" TEXT_OR_NULL)

#define TASK_NAME OBJECT("\"name\"", "\"name\":" NAME("64"))

#endif
