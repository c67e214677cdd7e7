/*
 * What the store and the disk interface made from it share: payload folders by
 * their path. Private to store.cc and disk.cc.
 */
#ifndef DAEMON_TORRENT_SHARED_H
#define DAEMON_TORRENT_SHARED_H

#include <map>
#include <mutex>

#include "daemon/torrent/folder.h"

namespace miau
{

struct store::shared {
	std::shared_ptr<disk_common> common;
	std::mutex lock; /* of the map */
	std::map<std::string, std::shared_ptr<disk_folder>> folders;

	std::shared_ptr<disk_folder> find(const std::string &path);
};

} // namespace miau

#endif
