/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/identity.h"

#include <stdio.h>

#include "auth/jwt.h"

void aski_identity_init(aski_identity *identity, const askiam_allocator *allocator)
{
  *identity = (aski_identity){.id = ASKI_STR_NONE};
  aski_buffer_init(&identity->scopes, allocator);
  aski_buffer_init(&identity->groups, allocator);
}

void aski_identity_clean_up(aski_identity *identity)
{
  aski_json_destroy(identity->claims);
  aski_buffer_clean_up(&identity->scopes);
  aski_buffer_clean_up(&identity->groups);
  *identity = (aski_identity){.id = ASKI_STR_NONE};
}

/* Whoever may choose an address at his provider must not be who owns it elsewhere: OpenID Connect Core, 5.1 and 5.7.
 * What says so stands beside the address, wherever that is. Some write it as a text. */
static bool s_is_verified(const aski_json *claims, askiam_str claim)
{
  char name[ASKI_CLAIM_NAME_MAX_BYTES];
  if (!aski_str_equal_text(claim, "email") && !aski_str_ends(claim, ASKI_STR("/email"))) {
    return true;
  }
  int length = snprintf(name, sizeof name, "%.*s_verified", ASKI_STR_ARG(claim));
  bool fits = length > 0 && (size_t)length < sizeof name;
  const aski_json *verified = fits ? aski_claims_find(claims, askiam_str_from(name)) : NULL;
  return aski_json_bool(verified, false) || aski_str_equal_text(aski_json_string(verified), "true");
}

/* A comma may stand in the name of a scope, so that none parts scopes. */
static bool s_append(aski_identity *identity, const aski_json *scopes, const aski_json *groups, bool relayed)
{
  return relayed ? aski_claims_append_relayed(&identity->scopes, scopes, false) &&
                       aski_claims_append_relayed(&identity->groups, groups, true)
                 : aski_claims_append_words(&identity->scopes, scopes) &&
                       aski_claims_append_words(&identity->groups, groups);
}

askiam_status aski_identity_parse(aski_identity *identity, askiam_str claims_json, askiam_error *error)
{
  return aski_token_parse(&identity->claims, claims_json, ASKI_JWT_VALUES_MAX, identity->scopes.allocator,
                          "its claims are no JSON object", error);
}

askiam_status aski_identity_read(aski_identity *identity, const aski_claim_names *names, bool relayed,
                                 askiam_error *error)
{
  const aski_json *claims = aski_json_root(identity->claims);
  identity->id = aski_json_string(aski_claims_find(claims, names->principal));
  if (identity->id.length == 0) {
    return aski_token_refuse(error, "it does not say who bears it: auth.claims.principal");
  }
  if (!s_is_verified(claims, names->principal)) {
    return aski_token_refuse(error, "its email is not verified");
  }
  if (!s_append(identity, aski_claims_find(claims, names->scopes), aski_claims_find(claims, names->groups), relayed)) {
    return aski_token_refuse(error, "its scopes or groups are neither a text nor a list of texts");
  }
  return identity->scopes.failed || identity->groups.failed
             ? askiam_error_set(error, ASKIAM_STATUS_NO_MEMORY, ASKIAM_LAYER_REQUEST, "out of memory for a token")
             : ASKIAM_STATUS_OK;
}
