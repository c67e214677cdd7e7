/* lint: function-length lib/base/x.c lines: 70 */
int
f(int x)
{
REPEAT
	return x;
}
