/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/jwk.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "auth/base64url.h"

/* Which algorithms there are; the first of a kind is that of a key which names none. */
static const struct known {
  aski_jwk_type type;
  const char *kty;
  const char *crv; /* NULL: has no curve */
  const char *algorithm;
} s_known[] = {
    {ASKI_JWK_RSA, "RSA", NULL, "RS256"},      {ASKI_JWK_EC, "EC", "P-256", "ES256"},
    {ASKI_JWK_OKP, "OKP", "Ed25519", "EdDSA"}, {ASKI_JWK_OKP, "OKP", "Ed25519", "Ed25519"},
    {ASKI_JWK_OCT, "oct", NULL, "HS256"},
};

/* A member that, where it is there, must be a text: false where it is something else. */
static bool s_text(askiam_str *out, const aski_json *node, const char *name)
{
  const aski_json *member = aski_json_get(node, name);
  *out = aski_json_string(member);
  return member == NULL || aski_str_present(*out);
}

static const struct known *s_find(const aski_json *node)
{
  askiam_str kty;
  askiam_str crv;
  askiam_str algorithm;
  if (!s_text(&kty, node, "kty") || !s_text(&crv, node, "crv") || !s_text(&algorithm, node, "alg")) {
    return NULL;
  }
  for (size_t i = 0; i < sizeof s_known / sizeof *s_known; ++i) {
    const struct known *known = &s_known[i];
    bool curve = known->crv == NULL || aski_str_equal_text(crv, known->crv);
    bool named = !aski_str_present(algorithm) || aski_str_equal_text(algorithm, known->algorithm);
    if (aski_str_present(kty) && aski_str_equal_text(kty, known->kty) && curve && named) {
      return known;
    }
  }
  return NULL;
}

/* RFC 7517, 4.2 and 4.3: where the key says what it is for, verifying must be it. */
static bool s_may_verify(const aski_json *node)
{
  askiam_str use;
  if (!s_text(&use, node, "use") || (aski_str_present(use) && !aski_str_equal_text(use, "sig"))) {
    return false;
  }
  const aski_json *operations = aski_json_get(node, "key_ops");
  if (operations == NULL) {
    return true;
  }
  bool verify = false;
  for (const aski_json *item = aski_json_first(operations); item != NULL; item = aski_json_next(item)) {
    verify = verify || aski_str_equal_text(aski_json_string(item), "verify");
  }
  return verify && aski_json_type_of(operations) == ASKI_JSON_ARRAY;
}

/* Members that only a signer should have (RFC 7518, 6.2.2, 6.3.2, 6.4.1). */
static bool s_is_exposed(const aski_json *node)
{
  static const char *const names[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    if (aski_json_get(node, names[i]) != NULL) {
      return true;
    }
  }
  return aski_str_equal_text(aski_json_string(aski_json_get(node, "kty")), "oct");
}

/* The bytes of a member; absent where it is missing or not base64url. `failed` of the buffer tells where memory ran
 * out. */
static askiam_str s_bytes(aski_buffer *buffer, const aski_json *node, const char *name)
{
  askiam_str text = aski_json_string(aski_json_get(node, name));
  return text.length > 0 && aski_base64url_decode(buffer, text) ? aski_buffer_view(buffer) : ASKI_STR_NONE;
}

static void s_read_secret(aski_jwk *key, askiam_str bytes, aski_arena *arena)
{
  if (bytes.length >= ASKI_JWK_SECRET_MIN_BYTES && bytes.length <= ASKI_JWK_SECRET_MAX_BYTES) {
    key->secret = aski_arena_copy(arena, bytes);
  }
}

static void s_read_material(aski_jwk *key, const aski_json *node, aski_arena *arena, aski_buffer *one, aski_buffer *two)
{
  switch (key->type) {
  case ASKI_JWK_RSA:
    key->public_key = aski_jwk_rsa(s_bytes(one, node, "n"), s_bytes(two, node, "e"));
    break;
  case ASKI_JWK_EC:
    key->public_key = aski_jwk_p256(s_bytes(one, node, "x"), s_bytes(two, node, "y"));
    break;
  case ASKI_JWK_OKP:
    key->public_key = aski_jwk_ed25519(s_bytes(one, node, "x"));
    break;
  case ASKI_JWK_OCT:
    s_read_secret(key, s_bytes(one, node, "k"), arena);
    break;
  }
}

static aski_jwk_outcome s_read(aski_jwk *out_key, const struct known *known, const aski_json *node, aski_arena *arena)
{
  askiam_str id;
  if (!s_text(&id, node, "kid") || id.length > ASKI_JWK_ID_MAX_BYTES) {
    return ASKI_JWK_UNFIT;
  }
  *out_key = (aski_jwk){.type = known->type, .algorithm = known->algorithm, .id = aski_arena_copy(arena, id)};
  aski_buffer buffers[2];
  aski_buffer_init(&buffers[0], arena->allocator);
  aski_buffer_init(&buffers[1], arena->allocator);
  unsigned long before = ERR_peek_last_error();
  ERR_set_mark();
  s_read_material(out_key, node, arena, &buffers[0], &buffers[1]);
  bool failed = arena->failed || buffers[0].failed || buffers[1].failed || aski_jwk_lacked_memory(before);
  ERR_pop_to_mark();
  for (size_t i = 0; i < 2; ++i) {
    if (buffers[i].data != NULL) {
      aski_wipe(buffers[i].data, buffers[i].length);
    }
    aski_buffer_clean_up(&buffers[i]);
  }
  if (failed) {
    aski_jwk_clean_up(out_key);
    return ASKI_JWK_NO_MEMORY;
  }
  return out_key->public_key != NULL || aski_str_present(out_key->secret) ? ASKI_JWK_READ : ASKI_JWK_UNFIT;
}

aski_jwk_outcome aski_jwk_read(aski_jwk *out_key, const aski_json *node, bool secret, aski_arena *arena)
{
  *out_key = (aski_jwk){0};
  if (!secret && s_is_exposed(node)) {
    return ASKI_JWK_EXPOSED;
  }
  const struct known *known = s_find(node);
  if (known == NULL || (known->type == ASKI_JWK_OCT) != secret || !s_may_verify(node)) {
    return ASKI_JWK_UNFIT;
  }
  return s_read(out_key, known, node, arena);
}

void aski_jwk_clean_up(aski_jwk *key)
{
  EVP_PKEY_free(key->public_key);
  key->public_key = NULL;
}
