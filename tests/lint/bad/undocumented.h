/* lint: undocumented lib/base/x.h */

int x_do(int n);
