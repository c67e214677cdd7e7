/* lint: unfinished lib/base/x.c */
/* TODO: later */
