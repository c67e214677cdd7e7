/*
 * Which torrents are refused. Read from the bencoded tree, before the library
 * builds anything of it, because the library mends paths that lead out, renames
 * duplicates and follows what is called a link; a torrent that needs mending is
 * an attack or damaged, and is refused with the reason.
 */
#include "daemon/torrent/guard.h"

#include <cstdint>
#include <set>

#include "daemon/torrent/describe_lt.h"

namespace miau
{

namespace
{

enum { COMPONENT_MAX = 255, TREE_MAX = 2 * TORRENT_FILES_MAX };

/* What one torrent has so far. */
struct count {
	std::set<std::string> names;
	int64_t size = 0;
	int n_files = 0;
	int n_real = 0; /* without padding */
};

[[noreturn]] void
refuse(const char *sentence)
{
	throw refusal{ sentence };
}

void
check_component(lt::string_view name)
{
	if (name.empty())
		refuse("A path in this torrent has an empty part.");
	if (name.size() > COMPONENT_MAX)
		refuse("A name in this torrent is too long.");
	if (name == "." || name == "..")
		refuse("A path in this torrent leads out of its folder.");
	if (!str_is_utf8(name.data(), name.size()))
		refuse("A name in this torrent is not UTF-8.");
	for (char c : name) {
		if (c == '/' || c == '\\')
			refuse("A name in this torrent holds a slash.");
		if ((unsigned char)c < 0x20 || c == 0x7f)
			refuse("A name in this torrent holds control "
			       "characters.");
	}
}

bool
check_attributes(const lt::bdecode_node &file)
{
	lt::string_view attr = file.dict_find_string_value("attr");

	if (attr.find('l') != lt::string_view::npos ||
	    file.dict_find("symlink path"))
		refuse("This torrent holds a link.");
	return attr.find('p') != lt::string_view::npos;
}

void
count_file(count &all, const std::string &path, int64_t size, bool is_pad)
{
	/* The largest piece times the most of them; also keeps sums from
	 * overflowing. */
	constexpr int64_t size_max =
	    (int64_t)TORRENT_PIECE_MAX * TORRENT_PIECES_MAX;

	if (size < 0 || size > size_max || all.size > size_max - size)
		refuse("This torrent is too large.");
	all.size += size;
	all.n_real += !is_pad;
	if (++all.n_files > TREE_MAX || all.n_real > TORRENT_FILES_MAX)
		refuse("This torrent has too many files.");
	if (!is_pad && !all.names.insert(path).second)
		refuse("Two files of this torrent have the same name.");
}

std::string
path_of(const lt::bdecode_node &list)
{
	std::string path;

	if (list.type() != lt::bdecode_node::list_t || list.list_size() == 0)
		refuse("A file of this torrent has no path.");
	if (list.list_size() > TORRENT_DEPTH_MAX)
		refuse("A path in this torrent is too deep.");
	for (int i = 0; i < list.list_size(); i++) {
		lt::bdecode_node part = list.list_at(i);

		if (part.type() != lt::bdecode_node::string_t)
			refuse("A path in this torrent is damaged.");
		check_component(part.string_value());
		path += '/';
		path += std::string(part.string_value());
	}
	return path;
}

int64_t
length_of(const lt::bdecode_node &file)
{
	lt::bdecode_node length = file.dict_find_int("length");

	if (!length)
		refuse("A file of this torrent has no size.");
	return length.int_value();
}

void
check_list(const lt::bdecode_node &files, count &all)
{
	if (files.list_size() == 0)
		refuse("This torrent has no files.");
	for (int i = 0; i < files.list_size(); i++) {
		lt::bdecode_node file = files.list_at(i);

		if (file.type() != lt::bdecode_node::dict_t)
			refuse("The list of files in this torrent is damaged.");
		/* Where both stand, programs differ in which they believe. */
		if (lt::bdecode_node other = file.dict_find("path.utf-8"))
			(void)path_of(other);
		bool is_pad = check_attributes(file);
		count_file(all, path_of(file.dict_find("path")),
		    length_of(file), is_pad);
	}
}

/* The files of version 2: folders in folders, "" is the file itself. */
void
check_tree(const lt::bdecode_node &tree, const std::string &path, int depth,
    count &all)
{
	if (tree.type() != lt::bdecode_node::dict_t || tree.dict_size() == 0)
		refuse("The tree of files in this torrent is damaged.");
	if (depth > TORRENT_DEPTH_MAX)
		refuse("A path in this torrent is too deep.");
	for (int i = 0; i < tree.dict_size(); i++) {
		auto [name, below] = tree.dict_at(i);

		if (below.type() != lt::bdecode_node::dict_t)
			refuse("The tree of files in this torrent is damaged.");
		if (!name.empty()) {
			check_component(name);
			check_tree(below, path + '/' + std::string(name),
			    depth + 1, all);
		} else {
			count_file(all, path, length_of(below),
			    check_attributes(below));
		}
	}
}

void
check_pieces(const lt::bdecode_node &info, const count &all)
{
	int64_t piece = info.dict_find_int_value("piece length", 0);
	lt::bdecode_node hashes = info.dict_find_string("pieces");

	if (piece < 1 || piece > TORRENT_PIECE_MAX)
		refuse("The size of this torrent's pieces is not accepted.");
	if (all.size == 0)
		refuse("This torrent holds nothing.");
	int64_t n = (all.size + piece - 1) / piece;
	if (n > TORRENT_PIECES_MAX)
		refuse("This torrent has too many pieces.");
	if (hashes && hashes.string_length() != n * TORRENT_HASH_SIZE)
		refuse("This torrent has not one hash for each piece.");
	if (!hashes && !info.dict_find_dict("file tree"))
		refuse("This torrent has no hashes.");
}

} // namespace

void
describe_check(const lt::bdecode_node &info)
{
	lt::bdecode_node files = info.dict_find("files");
	lt::bdecode_node tree = info.dict_find("file tree");
	lt::bdecode_node name = info.dict_find_string("name");
	count v1, v2;

	if (!name)
		refuse("This torrent has no name.");
	check_component(name.string_value());
	if (lt::bdecode_node other = info.dict_find_string("name.utf-8"))
		check_component(other.string_value());
	if (tree)
		check_tree(tree, "", 1, v2);
	if (files) {
		if (files.type() != lt::bdecode_node::list_t)
			refuse("The list of files in this torrent is damaged.");
		check_list(files, v1);
	} else if (!tree || info.dict_find("length")) {
		bool is_pad = check_attributes(info);
		count_file(v1, "", length_of(info), is_pad);
	}
	check_pieces(info, v1.n_files > 0 ? v1 : v2);
}

} // namespace miau
