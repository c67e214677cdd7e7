/*
 * The rows of settings.h, in the order in which they are shown.
 * SETTING(id, fields of struct setting_row …). Included several times.
 */
SETTING(STATE_DIR, .name = "state.dir", .label = "State folder",
    .env = "MIAU_STATE_DIR", .flags = SETTING_BOOT, .fallback = "var",
    .help = "Folder of the database, keys, sockets and caches.")
SETTING(HTTP_PORT, .name = "http.port", .label = "Port", .env = "MIAU_PORT",
    .type = SETTING_INT, .flags = SETTING_BOOT, .fallback = "8080", .min = 1,
    .max = 65535, .help = "Port on which the web server listens.")
SETTING(HTTP_BIND, .name = "http.bind", .label = "Address to listen on",
    .env = "MIAU_BIND", .flags = SETTING_BOOT, .fallback = "127.0.0.1",
    .help = "Address on which the web server listens; \"lan\" opens it to "
	    "every device in the house.")
SETTING(TLS_PORT, .name = "tls.port", .label = "Port of https",
    .env = "MIAU_TLS_PORT", .type = SETTING_INT, .flags = SETTING_BOOT,
    .fallback = "8443", .min = 1, .max = 65535,
    .help = "Port of https, once there is a certificate: one of your own, or "
	    "one that `miauctl tls init` makes.")
SETTING(TLS_CERTIFICATE, .name = "tls.certificate", .label = "Certificate",
    .env = "MIAU_TLS_CERTIFICATE", .flags = SETTING_BOOT, .fallback = "",
    .help = "File with a certificate of your own and its chain (PEM).")
SETTING(TLS_KEY, .name = "tls.key", .label = "Key of the certificate",
    .env = "MIAU_TLS_KEY", .flags = SETTING_BOOT, .fallback = "",
    .help = "File with its key (PEM); not needed when the certificate's file "
	    "holds it.")
SETTING(HTTP_WEBSERVER, .name = "http.webserver", .label = "Web server",
    .env = "MIAU_WEBSERVER", .type = SETTING_CHOICE, .flags = SETTING_BOOT,
    .fallback = "lighttpd", .choices = "lighttpd|nginx|apache",
    .help = "Web server in front.")
SETTING(HTTP_PUBLIC_URL, .name = "http.publicUrl", .label = "Public address",
    .env = "MIAU_PUBLIC_URL", .flags = SETTING_BOOT, .fallback = "",
    .help = "Address under which people reach this server, when it is not "
	    "the one it listens on.")
SETTING(HTTP_BASE_PATH, .name = "http.basePath", .label = "Path",
    .env = "MIAU_BASE_PATH", .flags = SETTING_BOOT, .fallback = "/",
    .help = "Path under which everything lives; begins and ends with '/'.")
SETTING(HTTP_HOSTS, .name = "http.hosts", .label = "Further host names",
    .type = SETTING_LIST, .fallback = "",
    .help = "Further names by which this server may be called (Host header).")
SETTING(HTTP_TRUSTED_PROXIES, .name = "http.trustedProxies",
    .label = "Trusted proxies", .type = SETTING_LIST, .fallback = "",
    .help = "Addresses of reverse proxies whose forwarded headers count.")
SETTING(CORS_ORIGINS, .name = "cors.origins", .label = "Allowed origins",
    .type = SETTING_LIST, .fallback = "",
    .help = "Other web origins that may use the API with sign-in.")
SETTING(SETUP_OPEN, .name = "setup.open",
    .label = "Offer the first steps again", .type = SETTING_BOOL,
    .fallback = "false",
    .help = "The steps of the first visit (film folders, what may be contacted "
	    "outside) are offered to the next administrator who comes.")
SETTING(HANDLER_REQUESTS, .name = "handler.requests",
    .label = "Requests per handler", .type = SETTING_INT,
    .flags = SETTING_RESTART, .fallback = "5000", .min = 1, .max = 1000000,
    .help = "Requests after which a handler leaves and is started anew.")
SETTING(HANDLER_IDLE, .name = "handler.idle", .label = "Idle time",
    .type = SETTING_INT, .unit = "seconds", .flags = SETTING_RESTART,
    .fallback = "60", .min = 1, .max = 86400,
    .help = "Idle time after which a handler leaves.")
SETTING(AUTH_ACCESS_TTL, .name = "auth.accessTtl",
    .label = "Lifetime of access tokens", .type = SETTING_INT,
    .unit = "seconds", .fallback = "900", .min = 30, .max = 3600,
    .help = "Lifetime of an access token.")
SETTING(AUTH_REFRESH_TTL, .name = "auth.refreshTtl",
    .label = "Lifetime of refresh tokens", .type = SETTING_INT,
    .unit = "seconds", .fallback = "604800", .min = 300, .max = 2592000,
    .help = "Lifetime of a refresh token.")
SETTING(AUTH_CHAIN_TTL, .name = "auth.chainTtl", .label = "Sign in again after",
    .type = SETTING_INT, .unit = "seconds", .fallback = "2592000", .min = 300,
    .max = 31536000,
    .help = "Time after which a person signs in again in any case.")
SETTING(AUTH_MAX_SESSIONS, .name = "auth.maxSessions",
    .label = "Devices per person", .type = SETTING_INT, .fallback = "5",
    .min = 1, .max = 1000,
    .help = "Devices on which a person can be signed in at the same time; "
	    "one more signs out the one that was used longest ago.")
SETTING(AUTH_BODY_TOKENS, .name = "auth.bodyTokens",
    .label = "Tokens in answers", .type = SETTING_BOOL, .fallback = "false",
    .help = "Give tokens in the answer to every sign-in, unasked.")
SETTING(AUTH_SIGNUP, .name = "auth.signup", .label = "New accounts",
    .type = SETTING_CHOICE, .fallback = "invite",
    .choices = "closed|invite|open",
    .help = "Who may make an account: nobody but an administrator, who has an "
	    "invitation, or whoever comes.")
SETTING(AUTH_INVITE_TTL, .name = "auth.inviteTtl",
    .label = "Lifetime of invitations", .type = SETTING_INT, .unit = "seconds",
    .fallback = "604800", .min = 300, .max = 7776000,
    .help = "Time for which an invitation can be used.")
SETTING(AUTH_RESET_TTL, .name = "auth.resetTtl",
    .label = "Lifetime of codes for a new password", .type = SETTING_INT,
    .unit = "seconds", .fallback = "86400", .min = 300, .max = 604800,
    .help = "Time for which a code for a new password can be used.")
SETTING(STREAM_KEY_TTL, .name = "stream.keyTtl",
    .label = "Lifetime of an unused stream key", .type = SETTING_INT,
    .unit = "seconds", .fallback = "21600", .min = 60, .max = 86400,
    .help = "Lifetime of a stream key since its last use.")
SETTING(STREAM_STALL_LIMIT, .name = "stream.stallLimit",
    .label = "Wait for the first bytes", .type = SETTING_INT, .unit = "seconds",
    .fallback = "30", .min = 1, .max = 600,
    .help = "Longest wait for the first bytes of a film that is not here yet.")
SETTING(STREAM_MID_STALL_LIMIT, .name = "stream.midStallLimit",
    .label = "Wait for further bytes", .type = SETTING_INT, .unit = "seconds",
    .fallback = "120", .min = 1, .max = 3600,
    .help = "Longest wait for further bytes; then the player asks again.")
SETTING(STREAM_KEY_MAX, .name = "stream.keyMax",
    .label = "Lifetime of any stream key", .type = SETTING_INT,
    .unit = "seconds", .fallback = "86400", .min = 60, .max = 604800,
    .help = "Lifetime of a stream key in any case.")
SETTING(LIBRARY_SCAN_INTERVAL, .name = "library.scanInterval",
    .label = "Time between full scans", .type = SETTING_INT, .unit = "seconds",
    .fallback = "21600", .min = 60, .max = 604800,
    .help = "Time between full scans; changes are seen at once besides.")
SETTING(LIBRARY_MAX_FILES, .name = "library.maxFiles",
    .label = "Files per folder", .type = SETTING_INT, .fallback = "500000",
    .min = 1, .max = 5000000, .help = "Files at most that a folder may hold.")
SETTING(LIBRARY_PROBES, .name = "library.probes",
    .label = "Files probed at a time", .type = SETTING_INT, .fallback = "2",
    .min = 1, .max = 16, .help = "Files that are probed at the same time.")
SETTING(TRANSCODE_SLOTS, .name = "transcode.slots",
    .label = "Pictures encoded at a time", .type = SETTING_INT, .fallback = "0",
    .min = 0, .max = 64,
    .help = "Films whose pictures are encoded at the same time; 0 is half of "
	    "the processor's cores. Others wait until one is free.")
SETTING(TRANSCODE_HARDWARE, .name = "transcode.hardware",
    .label = "Encoding by hardware", .type = SETTING_CHOICE, .fallback = "auto",
    .choices = "auto|none|vaapi|nvenc|qsv",
    .help = "What encodes pictures: auto takes what a probe has shown to work, "
	    "none is the processor alone. Another choice is probed by "
	    "miauctl transcode probe, and when Miauflix starts.")
SETTING(THUMBNAILS_ENABLED, .name = "thumbnails.enabled",
    .label = "Make pictures for the seek bar", .type = SETTING_BOOL,
    .fallback = "true",
    .help = "Make the small pictures that are shown over the bar with which "
	    "one seeks, in the background, for films that are here as a whole.")
SETTING(THUMBNAILS_LIMIT, .name = "thumbnails.limit",
    .label = "Room for pictures of the seek bar", .type = SETTING_INT,
    .unit = "bytes", .fallback = "4000000000", .min = 1000000,
    .max = 1000000000000000,
    .help = "Room that these pictures may take; those of films that nobody "
	    "has watched for longest give way.")
SETTING(BACKUP_KEEP, .name = "backup.keep", .label = "Backups that are kept",
    .type = SETTING_INT, .fallback = "7", .min = 1, .max = 365,
    .help = "Database backups that are kept.")
SETTING(NET_CONSENT, .name = "net.consent",
    .label = "Torrents may be played and shared", .type = SETTING_BOOL,
    .fallback = "false",
    .help = "An administrator agreed that playing a torrent also uploads it to "
	    "others; before, only own files play.")
SETTING(NET_LISTEN, .name = "net.listen", .label = "Addresses to listen on",
    .fallback = "0.0.0.0:0,[::]:0",
    .help = "Addresses and ports on which other peers reach this server, "
	    "separated by commas; port 0 takes any that is free.")
SETTING(NET_INTERFACE, .name = "net.interface", .label = "Network interface",
    .fallback = "",
    .help = "Network interface or address that all torrent traffic uses; while "
	    "it is absent nothing is fetched.")
SETTING(NET_UPLOAD_LIMIT, .name = "net.uploadLimit", .label = "Upload limit",
    .type = SETTING_INT, .unit = "bytes per second", .fallback = "1048576",
    .zero = "no limit", .min = 0, .max = 100000000000,
    .help = "Upload to other peers at most; 0 is no limit.")
SETTING(NET_DOWNLOAD_LIMIT, .name = "net.downloadLimit",
    .label = "Download limit", .type = SETTING_INT, .unit = "bytes per second",
    .fallback = "0", .zero = "no limit", .min = 0, .max = 100000000000,
    .help = "Download from other peers at most; 0 is no limit.")
SETTING(NET_CONNECTIONS, .name = "net.connections", .label = "Connections",
    .type = SETTING_INT, .fallback = "200", .min = 2, .max = 10000,
    .help = "Connections to other peers at the same time.")
SETTING(NET_DHT, .name = "net.dht", .label = "Find peers by the DHT",
    .type = SETTING_BOOL, .fallback = "true",
    .help = "Find peers by the distributed table of the BitTorrent network.")
SETTING(NET_LSD, .name = "net.lsd", .label = "Find peers in the local network",
    .type = SETTING_BOOL, .fallback = "false",
    .help = "Find peers in the local network.")
SETTING(NET_UPNP, .name = "net.upnp", .label = "Open a port at the router",
    .type = SETTING_BOOL, .fallback = "false",
    .help = "Ask the router to open a port (UPnP, NAT-PMP).")
SETTING(NET_UTP, .name = "net.utp", .label = "Use uTP", .type = SETTING_BOOL,
    .fallback = "true",
    .help = "Use the transport that gives way to other traffic (uTP) as well.")
SETTING(NET_TRACKERS, .name = "net.trackers", .label = "Further trackers",
    .type = SETTING_LIST, .fallback = "",
    .help = "Further trackers for every torrent, also for those made here.")
SETTING(NET_TORRENT_TRACKERS, .name = "net.torrentTrackers",
    .label = "Trackers of torrents", .type = SETTING_BOOL, .fallback = "true",
    .help = "Ask the trackers that torrents and magnet links name; without, "
	    "only those of net.trackers.")
SETTING(NET_SAVE_INTERVAL, .name = "net.saveInterval",
    .label = "Writing down of peers", .type = SETTING_INT, .unit = "seconds",
    .fallback = "60", .min = 1, .max = 3600,
    .help = "Time between two writings of what is known of a running torrent: "
	    "its peers and sums.")
SETTING(NET_ENCRYPTION, .name = "net.encryption", .label = "Encryption",
    .type = SETTING_CHOICE, .choices = "allow|require|plain",
    .fallback = "allow",
    .help = "Encryption between peers: where possible, always, never.")
SETTING(NET_METADATA_LIMIT, .name = "net.metadataLimit",
    .label = "Patience with a magnet link", .type = SETTING_INT,
    .unit = "seconds", .fallback = "60", .min = 1, .max = 3600,
    .help = "Time after which a magnet link whose peers tell nothing has a "
	    "problem.")
SETTING(NET_PEER_LIMIT, .name = "net.peerLimit",
    .label = "Patience without peers", .type = SETTING_INT, .unit = "seconds",
    .fallback = "30", .min = 1, .max = 3600,
    .help = "Time after which a torrent without peers has a problem.")
SETTING(NET_STALL_LIMIT, .name = "net.stallLimit",
    .label = "Patience with silent peers", .type = SETTING_INT,
    .unit = "seconds", .fallback = "60", .min = 1, .max = 3600,
    .help = "Time after which a torrent whose peers send nothing has a "
	    "problem.")
SETTING(FILMS_LIST, .name = "films.list", .label = "List of open films",
    .fallback = "",
    .help =
	"File with a list of films under open licences; empty: the one that "
	"comes with Miauflix.")
SETTING(DOWNLOADS_LINGER, .name = "downloads.linger",
    .label = "Go on after the last viewer", .type = SETTING_INT,
    .unit = "seconds", .fallback = "900", .zero = "rests at once", .min = 0,
    .max = 604800,
    .help = "Time for which a torrent that comes while it is watched goes on "
	    "coming after the last viewer has left; 0 rests at once.")
SETTING(STORAGE_LIMIT, .name = "storage.limit", .label = "Space for torrents",
    .type = SETTING_INT, .unit = "bytes", .fallback = "0",
    .zero = "chosen by the free space", .min = 0, .max = 1000000000000000,
    .help = "Disk space that torrents take at most; 0 is the smaller of 50 GB "
	    "and half of what is free.")
SETTING(SEED_RATIO, .name = "seed.ratio", .label = "Share ratio",
    .type = SETTING_INT, .unit = "percent", .fallback = "100", .zero = "no end",
    .min = 0, .max = 100000,
    .help = "Uploaded bytes, as a share of those downloaded, after which a "
	    "finished torrent is no longer shared; 0 shares on.")
SETTING(OPENSUBTITLES_KEY, .name = "opensubtitles.apiKey", .label = "API key",
    .flags = SETTING_SECRET, .fallback = "",
    .help = "Key of the API of opensubtitles.com; without one no subtitles are "
	    "looked for there.")
SETTING(OPENSUBTITLES_USER, .name = "opensubtitles.user", .label = "Account",
    .fallback = "",
    .help = "Name of an account at opensubtitles.com, which may fetch more a "
	    "day than a key alone.")
SETTING(OPENSUBTITLES_PASSWORD, .name = "opensubtitles.password",
    .label = "Password", .flags = SETTING_SECRET, .fallback = "",
    .help = "Password of the account at opensubtitles.com.")
SETTING(OPENSUBTITLES_URL, .name = "opensubtitles.url", .label = "Address",
    .fallback = "https://api.opensubtitles.com/api/v1",
    .help = "Address of the API of OpenSubtitles, or of something that speaks "
	    "like it.")
