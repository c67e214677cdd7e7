/*
 * What a stream of fragmented MP4 begins with.
 */
#ifndef TESTS_UNIT_HLS_HEAD_H
#define TESTS_UNIT_HLS_HEAD_H

/* ftyp and a moov of one track, as short as a reader accepts. */
static const unsigned char head[] = {
	/* clang-format off */
	0, 0, 0, 16, 'f', 't', 'y', 'p', 'i', 's', 'o', '5', 0, 0, 2, 0,
	0, 0, 0, 132, 'm', 'o', 'o', 'v',
	  0, 0, 0, 84, 't', 'r', 'a', 'k',
	    0, 0, 0, 32, 't', 'k', 'h', 'd', 0, 0, 0, 3,
	      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
	    0, 0, 0, 44, 'm', 'd', 'i', 'a',
	      0, 0, 0, 36, 'm', 'd', 'h', 'd', 0, 0, 0, 0,
	        0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x5f, 0x90, 0, 0, 0, 0,
	        0, 0, 0, 0, 0, 0, 0, 0,
	  0, 0, 0, 40, 'm', 'v', 'e', 'x',
	    0, 0, 0, 32, 't', 'r', 'e', 'x', 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,
	      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* clang-format on */
};

#endif
