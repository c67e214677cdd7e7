/* lint: goto-label lib/base/x.c */
void
f(int n)
{
	if (n)
		goto again;
again:
	return;
}
