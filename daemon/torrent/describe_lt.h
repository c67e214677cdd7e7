/*
 * The describing half of this folder as its C++ files use it: the same checks,
 * with what the library made of it. Private to this folder.
 */
#ifndef DAEMON_TORRENT_DESCRIBE_LT_H
#define DAEMON_TORRENT_DESCRIBE_LT_H

#include <memory>
#include <string>

#include <libtorrent/add_torrent_params.hpp>
#include <libtorrent/bdecode.hpp>

#include "daemon/torrent/describe.h"

namespace miau
{

/* What may not be, in a sentence; becomes ERR_TORRENT_INVALID. */
struct refusal {
	std::string sentence;
};

/* Throws `refusal` unless the info dictionary keeps the limits and the rules
 * for names: the library would mend silently what is refused here. */
void describe_check(const lt::bdecode_node &info);

/* torrent_parse, but for adding: nothing but `ti`, trackers and web seeds is
 * set. -1: ERR_TORRENT_INVALID. */
int describe_load(const void *bytes, size_t len, lt::add_torrent_params &params,
    struct err *err);
int describe_magnet(
    const char *magnet, lt::add_torrent_params &params, struct err *err);
/* Of either kind; what is no .torrent has a NUL behind. */
int describe_any(const void *bytes, size_t len, lt::add_torrent_params &params,
    struct err *err);

/* What people and the rest of the program want to know of it. */
void describe_fill(const lt::torrent_info &info, struct torrent_meta *meta);
/* The first 20 bytes of the hash that trackers and peers are asked with. */
void describe_hash(
    const lt::info_hash_t &hashes, unsigned char out[TORRENT_HASH_SIZE]);

} // namespace miau

#endif
