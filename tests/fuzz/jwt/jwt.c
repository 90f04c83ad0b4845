/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a token, and as the claims of one: none is verified by a key that has signed nothing, and claims that are taken have not ended. */
#include <stdlib.h>

#include "auth/claims.h"
#include "auth/jwks.h"
#include "auth/jwt.h"

enum { NOW_S = 1768991445 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char s_keys[] = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                             "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";

/* The one signature that this key is known for: RFC 7515, A.3. */
static bool s_is_known(askiam_str text)
{
  return aski_str_starts(text, ASKI_STR("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"
                                        "Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."));
}

static void s_token(askiam_str text)
{
  const askiam_allocator *allocator = aski_allocator_default();
  aski_jwks *set = NULL;
  aski_jws jws;
  if (aski_jwks_read(&set, askiam_str_from(s_keys), false, "fuzz", allocator, NULL) != ASKIAM_STATUS_OK) {
    abort();
  }
  if (aski_jws_read(&jws, text, allocator, NULL) == ASKIAM_STATUS_OK &&
      aski_jws_verify(&jws, aski_jwks_at(set, 0), NULL) == ASKIAM_STATUS_OK && !s_is_known(text)) {
    abort();
  }
  aski_jws_clean_up(&jws);
  aski_jwks_destroy(set);
}

static void s_claims(askiam_str text)
{
  const askiam_allocator *allocator = aski_allocator_default();
  aski_json_document *document = NULL;
  if (aski_token_parse(&document, text, ASKI_JWT_VALUES_MAX, allocator, "fuzz", NULL) == ASKIAM_STATUS_OK) {
    const aski_json *claims = aski_json_root(document);
    const aski_jwt_rules rules = {
        .issuer = ASKI_STR("i"), .audiences = ASKI_STR("a b"), .audience_claim = ASKI_STR("aud")};
    int64_t end_ms = 0;
    if (aski_jwt_check(&end_ms, claims, &rules, NOW_S * INT64_C(1000), NULL) == ASKIAM_STATUS_OK &&
        end_ms <= NOW_S * INT64_C(1000)) {
      abort();
    }
    aski_jwt_check_type(claims, NULL);
    aski_buffer words;
    aski_buffer_init(&words, allocator);
    aski_claims_append_words(&words, aski_claims_find(claims, ASKI_STR("/g/r")));
    aski_claims_append_words(&words, aski_claims_find(claims, ASKI_STR("groups")));
    aski_buffer_clean_up(&words);
  }
  aski_json_destroy(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  s_token(text);
  s_claims(text);
  return 0;
}
