/* The addresses at which the server is reached. */
#include "lib/base/address.h"
#include "lib/base/json.h"
#include "lib/view/view.h"

struct json_object *
view_addresses(const struct settings *settings)
{
	struct json_object *out = json_object_new_array(), *one;
	struct address_list list;
	size_t i;

	address_find(settings, &list);
	for (i = 0; i < list.n; i++) {
		one = json_object_new_object();
		json_add_text(one, "url", list.at[i].url);
		json_add_text(
		    one, "scope", address_scope_name(list.at[i].scope));
		json_object_array_add(out, one);
	}
	return out;
}
