/*
 * A gate in which requests are held: a test sees who is in, and lets them pass
 * when it likes, so that it needs no clock to know what happens at once. It
 * reaches all handlers that are started after it was made.
 */
#ifndef TESTS_UNIT_HTTP_GATE_H
#define TESTS_UNIT_HTTP_GATE_H

#include "tests/unit/helpers.h"

#include <fcntl.h>
#include <poll.h>

enum {
	GATE_SAY_FD = 100, /* of handlers */
	GATE_PASS_FD = 101,
	GATE_HANG_MS = 120000, /* whoever needs longer hangs */
};

/* Two pipes: what gate_hold says, and one byte for each that may pass. */
struct gate {
	int entered;
	int pass;
};

static inline void
gate_make(struct gate *gate)
{
	int entered[2], pass[2];

	assert_int_equal(pipe2(entered, O_CLOEXEC), 0);
	assert_int_equal(pipe2(pass, O_CLOEXEC), 0);
	assert_int_equal(dup2(entered[1], GATE_SAY_FD), GATE_SAY_FD);
	assert_int_equal(dup2(pass[0], GATE_PASS_FD), GATE_PASS_FD);
	close(entered[1]);
	close(pass[0]);
	*gate = (struct gate){ .entered = entered[0], .pass = pass[1] };
}

static inline void
gate_close(struct gate *gate)
{
	close(gate->entered);
	close(gate->pass);
	close(GATE_SAY_FD);
	close(GATE_PASS_FD);
}

/* Waits for as many steps as are wanted: who goes in and who comes out. */
static inline void
gate_expect(const struct gate *gate, const char *wanted)
{
	struct pollfd step = { .fd = gate->entered, .events = POLLIN };
	char got[16] = "";
	size_t i;

	for (i = 0; wanted[i] != '\0'; i++) {
		if (poll(&step, 1, GATE_HANG_MS) != 1)
			fail_msg("%s came, not %s", got, wanted);
		assert_int_equal(read(gate->entered, &got[i], 1), 1);
	}
	assert_string_equal(got, wanted);
}

static inline void
gate_let_pass(const struct gate *gate, int n)
{
	for (; n > 0; n--)
		assert_int_equal(write(gate->pass, "p", 1), 1);
}

/* In a handler: says "i" (in), waits until it may pass, says "o" (out). */
static inline void
gate_hold(void)
{
	char byte;

	if (write(GATE_SAY_FD, "i", 1) != 1 ||
	    read(GATE_PASS_FD, &byte, 1) != 1 ||
	    write(GATE_SAY_FD, "o", 1) != 1)
		_exit(1);
}

#endif
