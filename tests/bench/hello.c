/*
 * The least that a FastCGI program does, as a yardstick for the handlers: four
 * threads that answer the same few bytes.
 */
#include <fcgiapp.h>
#include <pthread.h>

static void *
serve(void *arg)
{
	FCGX_Request request;

	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS("Content-Type: application/json\r\n\r\n"
			  "{\"status\":\"ok\"}\n",
		    request.out);
		FCGX_Finish_r(&request);
	}
	return arg;
}

int
main(void)
{
	pthread_t thread[4];
	int i;

	if (FCGX_Init() != 0)
		return 1;
	for (i = 0; i < 4; i++)
		if (pthread_create(&thread[i], NULL, serve, NULL) != 0)
			return 1;
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
