/*
 * Where C++ ends: every function of torrent.h and describe.h runs inside one
 * guard, so that nothing thrown by the library behind it reaches C. Included
 * first, as it is also where C begins: lib/base's headers do not know of C++.
 */
#ifndef DAEMON_TORRENT_GUARD_H
#define DAEMON_TORRENT_GUARD_H

extern "C" {
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/encode.h"
#include "lib/base/err.h"
#include "lib/base/fs.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
}

#include <exception>
#include <new>

namespace miau
{

/* Runs `body`, whose value it gives back; what is thrown becomes `err`, when
 * there is one, and `failed`. Memory that is used up ends the program, as
 * everywhere (lib/base/mem.h). */
template <typename Result, typename Body>
Result
guard(struct err *err, Result failed, Body body) noexcept
{
	const char *what = "Something was thrown that is no exception.";

	try {
		return body();
	} catch (const std::bad_alloc &) {
		die("out of memory in the torrent engine");
	} catch (const std::exception &thrown) {
		what = thrown.what();
		if (err != nullptr)
			err_set(err, ERR_INTERNAL,
			    "The torrent engine failed (%s).", what);
	} catch (...) {
		if (err != nullptr)
			err_set(
			    err, ERR_INTERNAL, "The torrent engine failed.");
	}
	return failed;
}

/* The same for what cannot say that it failed. */
template <typename Body>
void
guard(Body body) noexcept
{
	(void)guard<int>(nullptr, 0, [&] {
		body();
		return 0;
	});
}

} // namespace miau

#endif
