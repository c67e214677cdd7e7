/* When a service is left alone. */
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/net/part.h"

static int64_t
seconds(int64_t ms)
{
	return (ms + 999) / 1000;
}

int
net_service_admit(struct net_service *service, int64_t now_ms, bool *is_probe,
    struct err *err)
{
	*is_probe = false;
	if (now_ms < service->hold_ms)
		return err_set_retry(err, ERR_UPSTREAM_LIMIT,
		    seconds(service->hold_ms - now_ms),
		    "%s wants no more calls now; it can be asked again in %lld "
		    "seconds.",
		    service->name,
		    (long long)seconds(service->hold_ms - now_ms));
	if (service->open_ms == 0)
		return 0;
	if (now_ms < service->open_ms)
		return err_set_retry(err, ERR_UPSTREAM_DOWN,
		    seconds(service->open_ms - now_ms),
		    "%s has failed several times; it is asked again in %lld "
		    "seconds.",
		    service->name,
		    (long long)seconds(service->open_ms - now_ms));
	if (service->is_probing)
		return err_set(err, ERR_UPSTREAM_DOWN,
		    "%s has failed several times and is being tried again.",
		    service->name);
	service->is_probing = *is_probe = true;
	return 0;
}

void
net_service_succeeded(struct net_service *service)
{
	service->n_failures = 0;
	service->open_ms = 0;
	service->pause_ms = 0;
	service->is_probing = false;
	service->failed_at = 0;
	service->sentence[0] = '\0';
}

static void
leave_alone(struct net_service *service, int64_t now_ms)
{
	service->pause_ms =
	    service->pause_ms == 0 ? NET_PAUSE_MS : service->pause_ms * 2;
	if (service->pause_ms > NET_PAUSE_MAX_MS)
		service->pause_ms = NET_PAUSE_MAX_MS;
	service->open_ms = now_ms + service->pause_ms;
	service->is_probing = false;
	service->n_failures = 0;
}

void
net_service_failed(
    struct net_service *service, int64_t now_ms, const struct err *err)
{
	service->failed_at = clock_now_ms();
	snprintf(service->sentence, sizeof(service->sentence), "%s", err->text);
	if (service->open_ms != 0) {
		if (now_ms >= service->open_ms)
			leave_alone(service, now_ms);
		return;
	}
	if (service->n_failures == 0 ||
	    now_ms - service->window_ms > NET_FAILURES_MS) {
		service->n_failures = 0;
		service->window_ms = now_ms;
	}
	if (++service->n_failures >= NET_FAILURES_MAX)
		leave_alone(service, now_ms);
}

void
net_service_forget_probe(struct net_service *service)
{
	service->is_probing = false;
}
