/*
 * Reading .torrent files and magnet links: our own checks first (check.cc),
 * then the library's, then what it made of it as plain C.
 */
#include "daemon/torrent/guard.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

#include <libtorrent/bencode.hpp>
#include <libtorrent/entry.hpp>
#include <libtorrent/load_torrent.hpp>
#include <libtorrent/magnet_uri.hpp>
#include <libtorrent/torrent_info.hpp>

#include "daemon/torrent/describe_lt.h"

namespace miau
{

namespace
{

enum { DECODE_DEPTH = 2 * TORRENT_DEPTH_MAX, DECODE_TOKENS = 2000000 };
/* Links are pasted; one names some trackers, not hundreds. */
enum { TRACKERS_MAX = 64 };

/* Trackers and web seeds; what else a torrent may bring along (nodes of the
 * DHT, certificates, other torrents' hashes) is left out. */
void
keep_addresses(lt::add_torrent_params &from, lt::add_torrent_params &to)
{
	to.trackers = from.trackers;
	to.tracker_tiers = from.tracker_tiers;
	to.url_seeds = from.url_seeds;
	if (to.trackers.size() > TRACKERS_MAX)
		to.trackers.resize(TRACKERS_MAX);
	if (to.tracker_tiers.size() > to.trackers.size())
		to.tracker_tiers.resize(to.trackers.size());
	if (to.url_seeds.size() > TRACKERS_MAX)
		to.url_seeds.resize(TRACKERS_MAX);
}

int
load(
    lt::span<const char> bytes, lt::add_torrent_params &params, struct err *err)
{
	lt::error_code error;
	int at = 0;
	lt::load_torrent_limits limits;
	lt::bdecode_node root =
	    lt::bdecode(bytes, error, &at, DECODE_DEPTH, DECODE_TOKENS);

	limits.max_buffer_size = TORRENT_BYTES_MAX;
	limits.max_pieces = TORRENT_PIECES_MAX;
	limits.max_decode_depth = DECODE_DEPTH;
	limits.max_decode_tokens = DECODE_TOKENS;
	if (error || root.type() != lt::bdecode_node::dict_t)
		return err_set(err, ERR_TORRENT_INVALID,
		    "This is no torrent: its encoding is damaged.");
	lt::bdecode_node info = root.dict_find_dict("info");
	if (!info)
		return err_set(err, ERR_TORRENT_INVALID,
		    "This torrent does not say what it holds.");
	describe_check(info);

	lt::add_torrent_params found = lt::load_torrent_parsed(root, limits);
	if (found.ti == nullptr || !found.ti->is_valid() ||
	    found.ti->num_pieces() < 1 ||
	    found.ti->num_pieces() > TORRENT_PIECES_MAX)
		return err_set(
		    err, ERR_TORRENT_INVALID, "This torrent is damaged.");
	params.ti = found.ti;
	params.info_hashes = found.ti->info_hashes();
	keep_addresses(found, params);
	return 0;
}

/* "0123…" and base32 alone are taken as links, too. */
std::string
as_link(const char *magnet)
{
	size_t len = strlen(magnet);

	if ((len == 40 || len == 32) && strchr(magnet, ':') == nullptr)
		return std::string("magnet:?xt=urn:btih:") + magnet;
	return magnet;
}

} // namespace

int
describe_load(const void *bytes, size_t len, lt::add_torrent_params &params,
    struct err *err)
{
	if (len == 0 || len > TORRENT_BYTES_MAX)
		return err_set(err, ERR_TORRENT_INVALID,
		    len == 0 ? "This torrent is empty."
			     : "This .torrent file is too large.");
	try {
		return load(
		    { (const char *)bytes, (std::ptrdiff_t)len }, params, err);
	} catch (const refusal &why) {
		return err_set(
		    err, ERR_TORRENT_INVALID, "%s", why.sentence.c_str());
	} catch (const lt::system_error &why) {
		return err_set(err, ERR_TORRENT_INVALID,
		    "This torrent is damaged (%s).",
		    why.code().message().c_str());
	}
}

int
describe_magnet(
    const char *magnet, lt::add_torrent_params &params, struct err *err)
{
	lt::error_code error;

	if (strnlen(magnet, TORRENT_MAGNET_MAX + 1) > TORRENT_MAGNET_MAX)
		return err_set(
		    err, ERR_TORRENT_INVALID, "This magnet link is too long.");
	lt::add_torrent_params found =
	    lt::parse_magnet_uri(as_link(magnet), error);
	if (error || !found.info_hashes.has_v1())
		if (error || !found.info_hashes.has_v2())
			return err_set(err, ERR_TORRENT_INVALID,
			    "This is no magnet link of a torrent.");
	params.info_hashes = found.info_hashes;
	params.name = found.name;
	params.peers = found.peers;
	keep_addresses(found, params);
	return 0;
}

int
describe_any(const void *bytes, size_t len, lt::add_torrent_params &params,
    struct err *err)
{
	if (len > 0 && *(const char *)bytes == 'd')
		return describe_load(bytes, len, params, err);
	return describe_magnet((const char *)bytes, params, err);
}

void
describe_hash(
    const lt::info_hash_t &hashes, unsigned char out[TORRENT_HASH_SIZE])
{
	/* Version 1 where there is one, as trackers and people know it. */
	lt::sha1_hash hash =
	    hashes.has_v1() ? hashes.v1 : lt::sha1_hash(hashes.v2.data());

	memcpy(out, hash.data(), TORRENT_HASH_SIZE);
}

void
describe_fill(const lt::torrent_info &info, struct torrent_meta *meta)
{
	const lt::file_storage &files = info.files();
	const std::string top = info.name() + "/";
	int i = 0;

	memset(meta, 0, sizeof(*meta));
	describe_hash(info.info_hashes(), meta->hash);
	meta->name = mem_strdup(info.name().c_str());
	meta->size = info.total_size();
	meta->piece_size = info.piece_length();
	meta->n_pieces = info.num_pieces();
	meta->n_files = files.num_files();
	meta->is_private = info.priv();
	meta->files = (struct torrent_file *)mem_calloc(
	    meta->n_files, sizeof(meta->files[0]));
	for (lt::file_index_t f : files.file_range()) {
		std::string path = files.file_path(f);

		if (path.compare(0, top.size(), top) == 0)
			path.erase(0, top.size());
		meta->files[i].path = mem_strdup(path.c_str());
		meta->files[i].size = files.file_size(f);
		meta->files[i++].offset = files.file_offset(f);
	}
}

namespace
{

/* Whole, or not at all. */
void
append(struct buf *out, const std::string &key, const std::string &value)
{
	size_t worst = key.size() + 3 * value.size();

	if (out->len + worst > TORRENT_MAGNET_MAX)
		return;
	buf_puts(out, key.c_str());
	encode_url(value.c_str(), out);
}

/* With more trackers; the rest, and above all what is hashed, as it was. */
void
append_torrent(const char *bytes, size_t len, lt::add_torrent_params &params,
    struct buf *out)
{
	lt::entry::list_type tiers;
	lt::entry root(lt::entry::dictionary_t);
	lt::bdecode_node was;
	lt::error_code error;
	int at = 0;

	if (lt::bdecode(bytes, bytes + len, was, error, &at, DECODE_DEPTH,
		DECODE_TOKENS) != 0)
		throw lt::system_error(error);
	for (int i = 0; i < was.dict_size(); i++) {
		auto [key, value] = was.dict_at(i);
		auto raw = value.data_section();

		root[std::string(key)] =
		    lt::entry::preformatted_type(raw.begin(), raw.end());
	}
	for (const auto &tracker : params.trackers)
		tiers.emplace_back(lt::entry::list_type{ tracker });
	root["announce-list"] = tiers;
	std::vector<char> made;
	lt::bencode(std::back_inserter(made), root);
	buf_append(out, made.data(), made.size());
}

/* Those that `params` lacks are put behind; whether there are any. */
bool
join(lt::add_torrent_params &params, const lt::add_torrent_params &more)
{
	std::vector<std::string> &all = params.trackers;
	size_t before = all.size();

	for (const auto &tracker : more.trackers)
		if (all.size() < TRACKERS_MAX &&
		    std::find(all.begin(), all.end(), tracker) == all.end())
			all.push_back(tracker);
	return all.size() > before;
}

} // namespace

} // namespace miau

int
torrent_trackers_join(const void *have, size_t have_len, const void *more,
    size_t more_len, struct buf *out, struct err *err)
{
	return miau::guard(err, -1, [&] {
		lt::add_torrent_params params, others;

		if (miau::describe_any(have, have_len, params, err) == -1 ||
		    miau::describe_any(more, more_len, others, err) == -1)
			return -1;
		size_t before = params.trackers.size();
		if ((params.ti != nullptr && params.ti->priv()) ||
		    !miau::join(params, others))
			return 0;
		if (params.ti != nullptr) {
			miau::append_torrent(
			    (const char *)have, have_len, params, out);
			return 0;
		}
		buf_puts(out, miau::as_link((const char *)have).c_str());
		for (size_t i = before; i < params.trackers.size(); i++)
			miau::append(out, "&tr=", params.trackers[i]);
		return 0;
	});
}

int
torrent_magnet_make(
    const void *bytes, size_t len, struct buf *out, struct err *err)
{
	return miau::guard(err, -1, [&] {
		char hex[ENCODE_HEX_SIZE(TORRENT_HASH_SIZE)];
		unsigned char hash[TORRENT_HASH_SIZE];
		lt::add_torrent_params params;

		if (miau::describe_load(bytes, len, params, err) == -1)
			return -1;
		miau::describe_hash(params.info_hashes, hash);
		encode_hex(hash, sizeof(hash), hex);
		buf_printf(out, "magnet:?xt=urn:btih:%s", hex);
		miau::append(out, "&dn=", params.ti->name());
		for (const auto &tracker : params.trackers)
			miau::append(out, "&tr=", tracker);
		return 0;
	});
}

int
torrent_parse(
    const void *bytes, size_t len, struct torrent_meta *meta, struct err *err)
{
	return miau::guard(err, -1, [&] {
		lt::add_torrent_params params;

		if (miau::describe_load(bytes, len, params, err) == -1)
			return -1;
		miau::describe_fill(*params.ti, meta);
		return 0;
	});
}

void
torrent_meta_free(struct torrent_meta *meta)
{
	for (int i = 0; i < meta->n_files; i++)
		free(meta->files[i].path);
	free(meta->files);
	free(meta->name);
	memset(meta, 0, sizeof(*meta));
}

int
torrent_magnet_parse(const char *magnet, unsigned char hash[TORRENT_HASH_SIZE],
    char **name, struct err *err)
{
	return miau::guard(err, -1, [&] {
		lt::add_torrent_params params;

		if (miau::describe_magnet(magnet, params, err) == -1)
			return -1;
		miau::describe_hash(params.info_hashes, hash);
		*name = params.name.empty() ? nullptr
					    : mem_strdup(params.name.c_str());
		return 0;
	});
}
