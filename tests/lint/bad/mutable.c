/* lint: mutable-state lib/base/x.c */
static int counter;

static int
next(void)
{
	return ++counter;
}

int
main(void)
{
	return next();
}
