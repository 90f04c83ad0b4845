/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory: the default allocator, and the arena in which all that belongs to one request lives and dies together. */
#ifndef ASKI_BASE_MEMORY_H
#define ASKI_BASE_MEMORY_H

#include "base/str.h"

/* malloc, realloc, free. Static. */
const askiam_allocator *aski_allocator_default(void);
void *aski_acquire(const askiam_allocator *allocator, size_t size_bytes);
/* Zeroed; NULL on overflow or lack of memory. */
void *aski_acquire_zeroed(const askiam_allocator *allocator, size_t count, size_t size_bytes);
void aski_release(const askiam_allocator *allocator, void *memory);
/* A NUL-terminated copy, or NULL. */
char *aski_copy_text(const askiam_allocator *allocator, askiam_str text);
/* Overwrites memory that held a secret, in a way that no optimiser removes. */
void aski_wipe(void *memory, size_t size_bytes);

/* A bump allocator: no freeing but all at once. Not shared by threads. Once memory ran out `failed` stays true and every
 * further call gives NULL (or an absent string), so a builder may check once. */
typedef struct aski_arena_block aski_arena_block;
typedef struct aski_arena {
  const askiam_allocator *allocator;
  aski_arena_block *blocks;
  char *next;
  size_t left;
  size_t block_bytes;
  bool failed;
} aski_arena;

/* `allocator` is borrowed. Takes no memory yet. */
void aski_arena_init(aski_arena *arena, const askiam_allocator *allocator);
void aski_arena_clean_up(aski_arena *arena);
/* The same, for an arena that held secrets: overwrites all that was in it first. */
void aski_arena_wipe(aski_arena *arena);
/* Aligned for any type; zero-filled. NULL when memory ran out. */
void *aski_arena_acquire(aski_arena *arena, size_t count, size_t size_bytes);
/* A NUL-terminated copy; an absent string stays absent. */
askiam_str aski_arena_copy(aski_arena *arena, askiam_str text);
askiam_str aski_arena_format(aski_arena *arena, const char *format, ...) ASKIAM_PRINTF(2, 3);
/* Grows an array that lives in the arena: afterwards there is room for count + 1. `array` is where the pointer to the first
 * element is kept, which may change; false when memory ran out. Old space stays until the arena goes, which doubling keeps
 * below the array's own size. */
bool aski_arena_grow(aski_arena *arena, void *array, size_t count, size_t *capacity, size_t size_bytes);

/* Appends to an array {type *items; size_t count, capacity;} in an arena; gives a pointer to the new, zeroed element or
 * NULL. */
#define ASKI_ARENA_PUSH(arena, list)                                                                                   \
  (aski_arena_grow((arena), &(list)->items, (list)->count, &(list)->capacity, sizeof *(list)->items)                   \
       ? &(list)->items[(list)->count++]                                                                               \
       : NULL)

#endif
