/* lint: complexity lib/base/x.c */
int
f(int x)
{
	if (x == 1 || x == 2 || x == 3 || x == 4 || x == 5 || x == 6)
		return 1;
	if (x == 11 || x == 12 || x == 13 || x == 14 || x == 15 || x == 16)
		return 2;
	if (x == 21 || x == 22 || x == 23 || x == 24 || x == 25 || x == 26)
		return 3;
	return 0;
}
