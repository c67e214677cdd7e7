/* What the server of these tests says. */
#ifndef TESTS_UNIT_NET_ANSWERS_H
#define TESTS_UNIT_NET_ANSWERS_H

/* 64 KiB of zeros, packed: small until somebody unpacks it. */
static const char bomb[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x01\x01\x00\x00"
    "\x00\x80\x90\xfe\xaf\xee\x08\x0a\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00\x00\x00\x00\x00\x00\x00\x6a\xeb\x8e\x97\xd7\x00\x00\x01\x00";

/* Fixed answers. */
struct canned {
	const char *path;
	const char *status;
	const char *headers;
	const char *body;
};
static const struct canned canned[] = {
	{ "/ok", "200 OK", "Content-Type: text/plain\r\n", "hello" },
	{ "/away", "302 Found", "Location: /ok\r\n", "" },
	{ "/round", "302 Found", "Location: /round\r\n", "" },
	{ "/file", "302 Found", "Location: file:///etc/passwd\r\n", "" },
	{ "/gone", "404 Not Found", "", "nothing" },
	{ "/busy", "429 Too Many Requests", "Retry-After: 3600\r\n", "" },
	{ "/rest", "503 Service Unavailable", "Retry-After: 3600\r\n", "" },
	{ "/ill", "500 Internal Server Error", "", "" },
};

#endif
