/* lint: layer cgi/x.c */
#include "daemon/miaud/miaud.h"
