/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/claims.h"

#include "auth/jws.h"
#include "base/memory.h"
#include "model/principal.h"

aski_claim_names aski_claims_names(const askiam_config *config)
{
  return (aski_claim_names){.principal = askiam_config_get(config, "auth.claims.principal"),
                            .scopes = askiam_config_get(config, "auth.claims.scopes"),
                            .groups = askiam_config_get(config, "auth.claims.groups")};
}

askiam_status aski_claims_principal(askiam_principal **out_principal, const aski_identity *identity,
                                    const askiam_allocator *allocator, askiam_error *error)
{
  askiam_error said = ASKIAM_ERROR_INIT;
  askiam_status status = aski_principal_make(out_principal, identity->id, "jwt", aski_buffer_view(&identity->scopes),
                                             aski_buffer_view(&identity->groups), identity->end_ms, allocator, &said);
  if (status == ASKIAM_STATUS_BAD_DATA) {
    return aski_token_refuse(error, said.message);
  }
  return status == ASKIAM_STATUS_OK ? status : askiam_error_set(error, status, said.layer, "%s", said.message);
}

askiam_status askiam_principal_from_claims(askiam_principal **out_principal, askiam_str claims_json,
                                           const askiam_config *config, const askiam_allocator *allocator,
                                           askiam_error *error)
{
  if (out_principal == NULL || claims_json.data == NULL || config == NULL) {
    return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_REQUEST,
                            "askiam_principal_from_claims: out_principal, claims_json and config must not be NULL");
  }
  *out_principal = NULL;
  const aski_claim_names names = aski_claims_names(config);
  allocator = allocator == NULL ? aski_allocator_default() : allocator;
  aski_identity identity;
  aski_identity_init(&identity, allocator);
  askiam_status status = aski_identity_parse(&identity, claims_json, error);
  if (status == ASKIAM_STATUS_OK) {
    status = aski_identity_read(&identity, &names, true, error);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_claims_principal(out_principal, &identity, allocator, error);
  }
  aski_identity_clean_up(&identity);
  return status;
}
