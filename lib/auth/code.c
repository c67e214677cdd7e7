/* One-time codes. */
#include "lib/auth/code.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/random.h"

enum { GROUP = 5, LETTERS = 32 };

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
write_code(const char plain[CODE_CHARS], struct code *out)
{
	char *to = out->text;
	int i;

	for (i = 0; i < CODE_CHARS; i++) {
		if (i > 0 && i % GROUP == 0)
			*to++ = '-';
		*to++ = plain[i];
	}
	*to = '\0';
	digest_sha256(plain, CODE_CHARS, out->hash);
}

void
code_make(struct code *out)
{
	char plain[CODE_CHARS];
	int i;

	for (i = 0; i < CODE_CHARS; i++)
		plain[i] = letters[random_below(LETTERS)];
	write_code(plain, out);
}

static char
meant(char typed)
{
	char c = (char)toupper((unsigned char)typed);

	if (c == 'O')
		return '0';
	return c == 'I' || c == 'L' ? '1' : c;
}

bool
code_read(const char *typed, struct code *out)
{
	char plain[CODE_CHARS], c;
	int n = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed == '-' || *typed == ' ')
			continue;
		c = meant(*typed);
		if (n == CODE_CHARS || strchr(letters, c) == NULL)
			return false;
		plain[n++] = c;
	}
	if (n != CODE_CHARS)
		return false;
	write_code(plain, out);
	return true;
}
