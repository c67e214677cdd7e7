/* lint: include-path lib/db/x.c */
#include "db.h"
