/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK_BYTES = 4096, LARGEST_BLOCK_BYTES = 256 * 1024, ALIGNMENT = 16, FORMAT_BYTES = 512 };

struct aski_arena_block {
  aski_arena_block *older;
  size_t size_bytes;
};

static void *s_acquire(void *context, size_t size_bytes)
{
  (void)context;
  return malloc(size_bytes);
}

static void *s_resize(void *context, void *memory, size_t size_bytes)
{
  (void)context;
  return realloc(memory, size_bytes);
}

static void s_release(void *context, void *memory)
{
  (void)context;
  free(memory);
}

const askiam_allocator *aski_allocator_default(void)
{
  static const askiam_allocator allocator = {s_acquire, s_resize, s_release, NULL};
  return &allocator;
}

void *aski_acquire(const askiam_allocator *allocator, size_t size_bytes)
{
  return allocator->acquire(allocator->context, size_bytes == 0 ? 1 : size_bytes);
}

void *aski_acquire_zeroed(const askiam_allocator *allocator, size_t count, size_t size_bytes)
{
  if (size_bytes != 0 && count > SIZE_MAX / size_bytes) {
    return NULL;
  }
  void *memory = aski_acquire(allocator, count * size_bytes);
  if (memory != NULL) {
    memset(memory, 0, count * size_bytes);
  }
  return memory;
}

void aski_release(const askiam_allocator *allocator, void *memory)
{
  if (memory != NULL) {
    allocator->release(allocator->context, memory);
  }
}

char *aski_copy_text(const askiam_allocator *allocator, askiam_str text)
{
  char *copy = aski_acquire(allocator, text.length + 1);
  if (copy == NULL) {
    return NULL;
  }
  if (text.length > 0) {
    memcpy(copy, text.data, text.length);
  }
  copy[text.length] = 0;
  return copy;
}

void aski_wipe(void *memory, size_t size_bytes)
{
  volatile unsigned char *bytes = memory;
  for (size_t i = 0; i < size_bytes; ++i) {
    bytes[i] = 0;
  }
}

static size_t s_round_up(size_t size_bytes) { return (size_bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1); }

void aski_arena_init(aski_arena *arena, const askiam_allocator *allocator)
{
  *arena = (aski_arena){.allocator = allocator, .block_bytes = FIRST_BLOCK_BYTES};
}

void aski_arena_clean_up(aski_arena *arena)
{
  while (arena->blocks != NULL) {
    aski_arena_block *older = arena->blocks->older;
    aski_release(arena->allocator, arena->blocks);
    arena->blocks = older;
  }
  aski_arena_init(arena, arena->allocator);
}

void aski_arena_wipe(aski_arena *arena)
{
  for (aski_arena_block *block = arena->blocks; block != NULL; block = block->older) {
    aski_wipe((char *)block + s_round_up(sizeof *block), block->size_bytes);
  }
  aski_arena_clean_up(arena);
}

static bool s_add_block(aski_arena *arena, size_t needed_bytes)
{
  size_t header = s_round_up(sizeof(aski_arena_block));
  size_t body = needed_bytes > arena->block_bytes ? needed_bytes : arena->block_bytes;
  aski_arena_block *block = aski_acquire(arena->allocator, header + body);
  if (block == NULL) {
    return false;
  }
  *block = (aski_arena_block){arena->blocks, body};
  arena->blocks = block;
  arena->next = (char *)block + header;
  arena->left = body;
  if (arena->block_bytes < LARGEST_BLOCK_BYTES) {
    arena->block_bytes *= 2;
  }
  return true;
}

/* Memory as it comes; for what is written over at once. */
static void *s_take(aski_arena *arena, size_t size_bytes)
{
  size_t needed = s_round_up(size_bytes);
  if ((needed > arena->left || arena->next == NULL) && !s_add_block(arena, needed)) {
    arena->failed = true;
    return NULL;
  }
  void *memory = arena->next;
  arena->next += needed;
  arena->left -= needed;
  return memory;
}

void *aski_arena_acquire(aski_arena *arena, size_t count, size_t size_bytes)
{
  if (arena->failed || (size_bytes != 0 && count > SIZE_MAX / 4 / size_bytes)) {
    arena->failed = true;
    return NULL;
  }
  void *memory = s_take(arena, count * size_bytes);
  if (memory != NULL) {
    memset(memory, 0, count * size_bytes);
  }
  return memory;
}

static char *s_take_text(aski_arena *arena, size_t length)
{
  if (arena->failed || length >= SIZE_MAX / 4) {
    arena->failed = true;
    return NULL;
  }
  return s_take(arena, length + 1);
}

askiam_str aski_arena_copy(aski_arena *arena, askiam_str text)
{
  if (text.data == NULL) {
    return text;
  }
  char *copy = s_take_text(arena, text.length);
  if (copy == NULL) {
    return ASKI_STR_NONE;
  }
  memcpy(copy, text.data, text.length);
  copy[text.length] = 0;
  return (askiam_str){copy, text.length};
}

/* Formats into the stack first: nearly every text is short, and formatting is what takes the time. */
askiam_str aski_arena_format(aski_arena *arena, const char *format, ...)
{
  char first[FORMAT_BYTES];
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(first, sizeof first, format, arguments);
  va_end(arguments);
  char *text = length < 0 ? NULL : s_take_text(arena, (size_t)length);
  if (text != NULL && (size_t)length < sizeof first) {
    memcpy(text, first, (size_t)length + 1);
  } else if (text != NULL) {
    vsnprintf(text, (size_t)length + 1, format, again);
  }
  va_end(again);
  return text == NULL ? ASKI_STR_NONE : (askiam_str){text, (size_t)length};
}

bool aski_arena_grow(aski_arena *arena, void *array, size_t count, size_t *capacity, size_t size_bytes)
{
  if (count < *capacity) {
    return true;
  }
  size_t larger = *capacity == 0 ? 8 : *capacity * 2;
  void *memory = aski_arena_acquire(arena, larger, size_bytes);
  if (memory == NULL) {
    return false;
  }
  if (count > 0) {
    void *present = NULL;
    memcpy(&present, array, sizeof present);
    memcpy(memory, present, count * size_bytes);
  }
  memcpy(array, &memory, sizeof memory);
  *capacity = larger;
  return true;
}
