/* lint: banned-call lib/base/x.c */
void
f(char *a, const char *b)
{
	strcpy(a, b);
}
