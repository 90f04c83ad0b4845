/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/jwks.h"

/* Members of all keys, with room for chains of certificates. */
enum { VALUES_MAX = 16384 };

struct aski_jwks {
  askiam_allocator allocator;
  aski_arena arena; /* texts and secrets */
  size_t count;
  aski_jwk keys[];
};

static askiam_status s_no_memory(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_ENGINE, "out of memory for a key set");
}

static askiam_status s_bad(askiam_error *error, const char *what, const char *problem)
{
  return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_ENGINE, "%s: %s", what, problem);
}

static aski_jwks *s_new(size_t room, const askiam_allocator *allocator)
{
  aski_jwks *set = aski_acquire_zeroed(allocator, 1, sizeof *set + room * sizeof set->keys[0]);
  if (set != NULL) {
    set->allocator = *allocator;
    aski_arena_init(&set->arena, &set->allocator);
  }
  return set;
}

/* One key more, where it is one. */
static askiam_status s_add(aski_jwks *set, const aski_json *node, bool secret, const char *what, askiam_error *error)
{
  switch (aski_jwk_read(&set->keys[set->count], node, secret, &set->arena)) {
  case ASKI_JWK_READ:
    ++set->count;
    return ASKIAM_STATUS_OK;
  case ASKI_JWK_EXPOSED:
    return s_bad(error, what,
                 "a set of public keys has a private or a secret key in it, which is then known to others");
  case ASKI_JWK_NO_MEMORY:
    return s_no_memory(error);
  case ASKI_JWK_UNFIT:
    break;
  }
  return secret ? s_bad(error, what, "a key is none for HS256 (kty oct, use sig, 32 to 1,024 bytes)")
                : ASKIAM_STATUS_OK;
}

static askiam_status s_fill(aski_jwks *set, const aski_json *first, bool secret, const char *what, askiam_error *error)
{
  askiam_status status = ASKIAM_STATUS_OK;
  for (const aski_json *node = first; node != NULL && status == ASKIAM_STATUS_OK; node = aski_json_next(node)) {
    status = aski_json_type_of(node) == ASKI_JSON_OBJECT ? s_add(set, node, secret, what, error)
                                                         : s_bad(error, what, "a key of the set is no object");
  }
  if (status == ASKIAM_STATUS_OK && set->count == 0) {
    status = s_bad(error, what, "has no key to verify RS256, ES256, EdDSA or HS256 with");
  }
  return status;
}

static askiam_status s_read(aski_jwks **out_set, const aski_json *root, bool secret, const char *what,
                            const askiam_allocator *allocator, askiam_error *error)
{
  const aski_json *list = aski_json_get(root, "keys");
  bool single = list == NULL && aski_json_get(root, "kty") != NULL;
  if (!single && (list == NULL || aski_json_type_of(list) != ASKI_JSON_ARRAY)) {
    return s_bad(error, what, "is no JSON Web Key Set: an object with a list \"keys\"");
  }
  size_t count = single ? 1 : aski_json_count(list);
  if (count > ASKI_JWKS_KEYS_MAX) {
    return s_bad(error, what, "has more than 256 keys");
  }
  aski_jwks *set = s_new(count, allocator);
  if (set == NULL) {
    return s_no_memory(error);
  }
  askiam_status status =
      single ? s_fill(set, root, secret, what, error) : s_fill(set, aski_json_first(list), secret, what, error);
  if (status != ASKIAM_STATUS_OK) {
    aski_jwks_destroy(set);
    return status;
  }
  *out_set = set;
  return ASKIAM_STATUS_OK;
}

askiam_status aski_jwks_read(aski_jwks **out_set, askiam_str json, bool secret, const char *what,
                             const askiam_allocator *allocator, askiam_error *error)
{
  *out_set = NULL;
  if (json.length > ASKI_JWKS_MAX_BYTES) {
    return s_bad(error, what, "is larger than 256 KiB");
  }
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse_bounded(&document, json, VALUES_MAX, allocator, ASKIAM_LAYER_ENGINE, NULL);
  if (status != ASKIAM_STATUS_OK) {
    return status == ASKIAM_STATUS_NO_MEMORY ? s_no_memory(error) : s_bad(error, what, "is no well-formed JSON");
  }
  status = s_read(out_set, aski_json_root(document), secret, what, allocator, error);
  aski_json_destroy(document);
  return status;
}

askiam_status aski_jwks_of_secret(aski_jwks **out_set, askiam_str bytes, askiam_str id, const char *what,
                                  const askiam_allocator *allocator, askiam_error *error)
{
  *out_set = NULL;
  if (bytes.length < ASKI_JWK_SECRET_MIN_BYTES || bytes.length > ASKI_JWK_SECRET_MAX_BYTES) {
    return s_bad(error, what, "a key for HS256 has 32 to 1,024 bytes");
  }
  aski_jwks *set = s_new(1, allocator);
  if (set == NULL) {
    return s_no_memory(error);
  }
  set->keys[0] = (aski_jwk){.type = ASKI_JWK_OCT,
                            .algorithm = "HS256",
                            .id = aski_arena_copy(&set->arena, id),
                            .secret = aski_arena_copy(&set->arena, bytes)};
  set->count = 1;
  if (set->arena.failed) {
    aski_jwks_destroy(set);
    return s_no_memory(error);
  }
  *out_set = set;
  return ASKIAM_STATUS_OK;
}

void aski_jwks_destroy(aski_jwks *set)
{
  if (set == NULL) {
    return;
  }
  for (size_t i = 0; i < set->count; ++i) {
    aski_jwk_clean_up(&set->keys[i]);
  }
  aski_arena_wipe(&set->arena);
  askiam_allocator allocator = set->allocator;
  aski_release(&allocator, set);
}

size_t aski_jwks_count(const aski_jwks *set) { return set == NULL ? 0 : set->count; }

const aski_jwk *aski_jwks_at(const aski_jwks *set, size_t index)
{
  return index < aski_jwks_count(set) ? &set->keys[index] : NULL;
}

size_t aski_jwks_find(const aski_jwk **out_key, const aski_jwks *set, askiam_str id)
{
  size_t found = 0;
  *out_key = NULL;
  for (size_t i = 0; i < aski_jwks_count(set); ++i) {
    const aski_jwk *key = &set->keys[i];
    if (aski_str_present(key->id) && aski_str_equal(key->id, id)) {
      *out_key = found++ == 0 ? key : *out_key;
    }
  }
  return found;
}
