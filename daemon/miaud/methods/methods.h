/*
 * The methods' functions, one for each row of wire_methods. They run on the
 * loop thread; what waits (files, lists from the database) goes to the pool or
 * the database thread and answers from there.
 */
#ifndef DAEMON_MIAUD_METHODS_METHODS_H
#define DAEMON_MIAUD_METHODS_METHODS_H

#include "daemon/miaud/rpc.h"

/* core.c */
void method_hello(struct rpc_call *call);
void method_status(struct rpc_call *call);
void method_settings_changed(struct rpc_call *call);
void method_log_level(struct rpc_call *call);
void method_shutdown(struct rpc_call *call);

/* news.c */
void method_events_subscribe(struct rpc_call *call);
void method_session_touch(struct rpc_call *call);
void method_api_key_touch(struct rpc_call *call);
void method_session_ended(struct rpc_call *call);
void method_stream_key_touch(struct rpc_call *call);
void method_ui_intent(struct rpc_call *call);
void method_ui_intents(struct rpc_call *call);
void method_progress_changed(struct rpc_call *call);

/* library.c */
void method_library_add(struct rpc_call *call);
void method_library_remove(struct rpc_call *call);
void method_library_scan(struct rpc_call *call);
void method_library_status(struct rpc_call *call);

/* streams/streams.c has those of streams. */

/* catalogue.c */
void method_catalogue_import(struct rpc_call *call);
void method_title_changed(struct rpc_call *call);

/* browse.c */
void method_library_browse(struct rpc_call *call);

/* tasks.c */
void method_tasks_list(struct rpc_call *call);
void method_tasks_run(struct rpc_call *call);
void method_tasks_pause(struct rpc_call *call);
void method_tasks_resume(struct rpc_call *call);

/* thumbnails.c */
void method_thumbnails_status(struct rpc_call *call);
void method_thumbnails_clear(struct rpc_call *call);

/* downloads.c */
void method_download_add(struct rpc_call *call);
void method_films_list(struct rpc_call *call);
void method_films_add(struct rpc_call *call);
void method_download_share(struct rpc_call *call);
void method_download_export(struct rpc_call *call);
void method_download_list(struct rpc_call *call);
void method_download_show(struct rpc_call *call);
void method_download_change(struct rpc_call *call);
void method_download_remove(struct rpc_call *call);
void method_storage_status(struct rpc_call *call);
void method_storage_evict(struct rpc_call *call);

/* reasons.c */
void method_reason_list(struct rpc_call *call);

#endif
