/* lint: wall lib/base/x.c */
void
f(void *p)
{
	sqlite3_free(p);
}
