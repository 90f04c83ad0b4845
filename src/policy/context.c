/* SPDX-License-Identifier: Apache-2.0
 *
 * What a request knows of its circumstances: context keys with their values, in an open hash table. Room comes first, so that a failure leaves the
 * context as it was; clearing keeps the memory. */
#include "base/text.h"
#include "policy/hash.h"
#include "policy/request.h"

#define NO_VALUE UINT32_MAX
enum { FIRST_SLOTS = 32, FIRST_ITEMS = 16 };

void aski_policy_context_init(aski_policy_context *context, const askiam_allocator *allocator)
{
  *context = (aski_policy_context){0};
  aski_buffer_init(&context->text, allocator);
}

void aski_policy_context_clean_up(aski_policy_context *context)
{
  const askiam_allocator *allocator = context->text.allocator;
  aski_release(allocator, context->keys);
  aski_release(allocator, context->values);
  aski_release(allocator, context->slots);
  aski_buffer_clean_up(&context->text);
  aski_policy_context_init(context, allocator);
}

void aski_policy_context_clear(aski_policy_context *context)
{
  aski_buffer_clear(&context->text);
  context->key_count = 0;
  context->value_count = 0;
  if (context->slots != NULL) {
    memset(context->slots, 0, context->slot_count * sizeof *context->slots);
  }
}

static askiam_str s_text(const aski_policy_context *context, uint32_t at, uint32_t length)
{
  return (askiam_str){context->text.data + at, length};
}

/* The slot of the key, or the free one where it belongs. */
static uint32_t s_slot(const aski_policy_context *context, askiam_str key, uint64_t hash)
{
  uint32_t mask = context->slot_count - 1;
  for (uint32_t slot = (uint32_t)hash & mask;; slot = (slot + 1) & mask) {
    uint32_t place = context->slots[slot];
    if (place == 0) {
      return slot;
    }
    const aski_policy_key *known = &context->keys[place - 1];
    if (known->hash == hash && aski_str_equal(s_text(context, known->at, known->length), key)) {
      return slot;
    }
  }
}

const aski_policy_key *aski_policy_context_find(const aski_policy_context *context, askiam_str key, uint64_t hash)
{
  if (context->key_count == 0) {
    return NULL;
  }
  uint32_t place = context->slots[s_slot(context, key, hash)];
  return place == 0 ? NULL : &context->keys[place - 1];
}

static bool s_grow_list(const askiam_allocator *allocator, void *list, uint32_t count, uint32_t *capacity, size_t size)
{
  if (count < *capacity) {
    return true;
  }
  uint32_t larger = *capacity == 0 ? FIRST_ITEMS : *capacity * 2;
  void *present = NULL;
  memcpy(&present, list, sizeof present);
  void *grown = allocator->resize(allocator->context, present, larger * size);
  if (grown == NULL) {
    return false;
  }
  memcpy(list, &grown, sizeof grown);
  *capacity = larger;
  return true;
}

static bool s_grow_slots(aski_policy_context *context)
{
  if (2 * (context->key_count + 1) <= context->slot_count) {
    return true;
  }
  uint32_t count = context->slot_count == 0 ? FIRST_SLOTS : context->slot_count * 2;
  uint32_t *slots = aski_acquire_zeroed(context->text.allocator, count, sizeof *slots);
  if (slots == NULL) {
    return false;
  }
  aski_release(context->text.allocator, context->slots);
  context->slots = slots;
  context->slot_count = count;
  for (uint32_t i = 0; i < context->key_count; ++i) {
    uint32_t slot = (uint32_t)context->keys[i].hash & (count - 1);
    while (slots[slot] != 0) {
      slot = (slot + 1) & (count - 1);
    }
    slots[slot] = i + 1;
  }
  return true;
}

static bool s_make_room(aski_policy_context *context, size_t text_bytes)
{
  const askiam_allocator *allocator = context->text.allocator;
  bool good =
      s_grow_list(allocator, &context->keys, context->key_count, &context->key_capacity, sizeof *context->keys) &&
      s_grow_list(allocator, &context->values, context->value_count, &context->value_capacity,
                  sizeof *context->values) &&
      s_grow_slots(context) && aski_buffer_reserve(&context->text, text_bytes);
  context->text.failed = false;
  return good;
}

static uint32_t s_keep(aski_policy_context *context, askiam_str text)
{
  uint32_t at = (uint32_t)context->text.length;
  aski_buffer_append(&context->text, text);
  return at;
}

/* The key in small letters: known already, or new. Written behind the text first, since it must be looked for in that form. */
static aski_policy_key *s_key(aski_policy_context *context, askiam_str key)
{
  uint32_t at = s_keep(context, key);
  for (size_t i = at; i < context->text.length; ++i) {
    context->text.data[i] = aski_policy_lower(context->text.data[i]);
  }
  askiam_str lower = s_text(context, at, (uint32_t)key.length);
  uint64_t hash = aski_policy_hash_text(lower);
  uint32_t slot = s_slot(context, lower, hash);
  if (context->slots[slot] != 0) {
    context->text.length = at;
  } else {
    context->keys[context->key_count++] =
        (aski_policy_key){.hash = hash, .at = at, .length = (uint32_t)key.length, .first = NO_VALUE, .last = NO_VALUE};
    context->slots[slot] = context->key_count;
  }
  return &context->keys[context->slots[slot] - 1];
}

static void s_add(aski_policy_context *context, askiam_str key, askiam_str value)
{
  aski_policy_key *known = s_key(context, key);
  if (aski_str_present(value)) {
    uint32_t place = context->value_count++;
    context->values[place] = (aski_policy_value){s_keep(context, value), (uint32_t)value.length, NO_VALUE};
    if (known->count++ == 0) {
      known->first = place;
    } else {
      context->values[known->last].next = place;
    }
    known->last = place;
  }
}

askiam_status askiam_policy_request_add(askiam_policy_request *request, askiam_str key, askiam_str value,
                                        askiam_error *error)
{
  if (request == NULL || key.length == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "the request is NULL, or the context key is missing");
  }
  aski_policy_context *context = &request->context;
  if (key.length > ASKI_POLICY_TEXT_MAX_BYTES || value.length > ASKI_POLICY_TEXT_MAX_BYTES || !aski_text_valid(key) ||
      !aski_text_valid(value)) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "the context key \"%.*s\": the key or its value is not UTF-8 or is longer than 128 KiB",
                            (int)aski_text_cut(key, 120), key.data);
  }
  if (context->key_count >= ASKI_POLICY_KEYS_MAX ||
      context->text.length + key.length + value.length > ASKI_POLICY_CONTEXT_MAX_BYTES ||
      context->value_count >= ASKI_POLICY_CONTEXT_MAX_BYTES) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_REQUEST,
                            "a request has at most 4,096 context keys and 16 MiB of values");
  }
  if (!aski_policy_request_make_tables(request, value.length) || !s_make_room(context, key.length + value.length)) {
    return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST,
                            "memory ran out for a policy request");
  }
  s_add(context, key, value);
  return ASKIAM_STATUS_OK;
}

askiam_str aski_policy_values_next(aski_policy_values *values)
{
  if (values->next == NO_VALUE) {
    return ASKI_STR_NONE;
  }
  const aski_policy_context *context = &values->request->context;
  const aski_policy_value *value = &context->values[values->next];
  values->next = value->next;
  return s_text(context, value->at, value->length);
}

aski_policy_values aski_policy_request_find(const askiam_policy_request *request, askiam_str key, uint64_t hash)
{
  aski_policy_values values = {.request = request, .next = NO_VALUE};
  const aski_policy_key *known = aski_policy_context_find(&request->context, key, hash);
  if (known != NULL) {
    values.count = known->count;
    values.next = known->first;
    return values;
  }
  return values;
}
