/* lint: layer lib/db/x.c */
#include "lib/store/users.h"
