/* Arenas: a list of blocks, the first of which survives a reset. */
#include "lib/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { BLOCK_SIZE = 16 * 1024, ALIGN = 16 };

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(ALIGN) unsigned char bytes[];
};

struct arena {
	struct block *first;
	size_t max;
	size_t total;
};

static struct block *
block_new(size_t size, struct block *next)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (block == NULL)
		die("out of memory for an arena block of %zu bytes", size);
	block->next = next;
	block->size = size;
	block->used = 0;
	return block;
}

struct arena *
arena_new(size_t max)
{
	struct arena *arena = mem_calloc(1, sizeof(*arena));

	arena->max = max;
	return arena;
}

void
arena_reset(struct arena *arena)
{
	struct block *block = arena->first, *next;

	while (block != NULL && block->next != NULL) {
		next = block->next;
		free(block);
		block = next;
	}
	if (block != NULL)
		block->used = 0;
	arena->first = block;
	arena->total = 0;
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	arena_reset(arena);
	free(arena->first);
	free(arena);
}

void *
arena_alloc(struct arena *arena, size_t n, size_t size)
{
	struct block *block = arena->first;
	size_t bytes, padded;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes) ||
	    bytes > arena->max - arena->total)
		die("an arena of %zu bytes is full", arena->max);
	padded = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (block == NULL || block->size - block->used < padded) {
		block = block_new(
		    padded > BLOCK_SIZE ? padded : BLOCK_SIZE, arena->first);
		arena->first = block;
	}
	p = block->bytes + block->used;
	block->used += padded;
	arena->total += bytes;
	return memset(p, 0, padded);
}

void *
arena_grow(
    struct arena *arena, void *old, size_t have, size_t want, size_t size)
{
	void *p = arena_alloc(arena, want, size);

	if (have > 0)
		memcpy(p, old, have * size);
	return p;
}

char *
arena_strndup(struct arena *arena, const char *s, size_t len)
{
	char *copy = arena_alloc(arena, len + 1, 1);

	memcpy(copy, s, len);
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *s)
{
	return s == NULL ? NULL : arena_strndup(arena, s, strlen(s));
}

char *
arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		die("a format that printf refuses: %s", fmt);
	text = arena_alloc(arena, (size_t)len + 1, 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}
