/* Walking through boxes. */
#include "lib/hls/fmp4_box.h"

enum { HEADER = 8 };

void
box_skip(struct box_bytes *bytes, size_t n)
{
	if (n > bytes->left) {
		bytes->is_short = true;
		n = bytes->left;
	}
	bytes->at += n;
	bytes->left -= n;
}

uint64_t
box_number(struct box_bytes *bytes, int n_bytes)
{
	uint64_t number = 0;

	if ((size_t)n_bytes > bytes->left) {
		box_skip(bytes, (size_t)n_bytes);
		return 0;
	}
	for (int i = 0; i < n_bytes; i++)
		number = number << 8 | bytes->at[i];
	box_skip(bytes, (size_t)n_bytes);
	return number;
}

bool
box_next(struct box_bytes *bytes, struct box *box)
{
	uint64_t size;

	if (bytes->left == 0 || bytes->is_short)
		return false;
	size = box_number(bytes, 4);
	box->type = (uint32_t)box_number(bytes, 4);
	if (bytes->is_short || size < HEADER || size - HEADER > bytes->left) {
		bytes->is_short = true;
		return false;
	}
	box->body = (struct box_bytes){ .at = bytes->at,
		.left = (size_t)size - HEADER };
	box_skip(bytes, box->body.left);
	return true;
}

bool
box_find(const struct box_bytes *bytes, uint32_t type, struct box *box)
{
	struct box_bytes rest = *bytes;

	while (box_next(&rest, box))
		if (box->type == type)
			return true;
	return false;
}
