/* lint: viewer cgi/x.c */
static const void *who = &store_unlimited;
