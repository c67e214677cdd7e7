/* Which function a method has. */
#include "daemon/miaud/methods/methods.h"

const struct rpc_method rpc_methods[] = {
	{ "hello", method_hello },
	{ "status", method_status },
	{ "events.subscribe", method_events_subscribe },
	{ "session.touch", method_session_touch },
	{ "session.ended", method_session_ended },
	{ "stream_key.touch", method_stream_key_touch },
	{ "library.add", method_library_add },
	{ "library.remove", method_library_remove },
	{ "library.scan", method_library_scan },
	{ "library.browse", method_library_browse },
	{ "library.status", method_library_status },
	{ "catalogue.import", method_catalogue_import },
	{ "settings.changed", method_settings_changed },
	{ "ui.intent", method_ui_intent },
	{ "ui.intents", method_ui_intents },
	{ "tasks.list", method_tasks_list },
	{ "tasks.run", method_tasks_run },
	{ "tasks.pause", method_tasks_pause },
	{ "tasks.resume", method_tasks_resume },
	{ "reason.list", method_reason_list },
	{ "progress.changed", method_progress_changed },
	{ "log.level", method_log_level },
	{ "shutdown", method_shutdown },
	{ NULL, NULL },
};
