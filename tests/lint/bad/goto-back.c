/* lint: goto-back lib/base/x.c */
void
f(int n)
{
out:
	if (n--)
		goto out;
}
