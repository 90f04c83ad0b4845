/* SPDX-License-Identifier: Apache-2.0 */
#include "store/common/policy_set.h"

#include "base/hash.h"

void aski_store_policy_set_init(aski_store_policy_set *set, const askiam_allocator *allocator, askiam_policy_fn policy,
                                void *context, askiam_error *error)
{
  *set = (aski_store_policy_set){.policy = policy, .context = context, .error = error};
  aski_buffer_init(&set->lines, allocator);
}

void aski_store_policy_line(aski_buffer *lines, askiam_str id, askiam_str hash)
{
  aski_buffer_append(lines, id);
  aski_buffer_append_byte(lines, '\n');
  aski_buffer_append(lines, hash);
  aski_buffer_append_byte(lines, '\n');
}

static askiam_status s_no_hash(askiam_error *error)
{
  return askiam_error_set(error, ASKIAM_STATUS_INTERNAL, ASKIAM_LAYER_STORE, "SHA-256 failed");
}

askiam_status aski_store_policy_set_add(aski_store_policy_set *set, askiam_str id, int64_t version, askiam_str hash,
                                        askiam_str json)
{
  char present[ASKI_SHA256_HEX_BYTES];
  if (!aski_sha256_hex(json, present)) {
    return s_no_hash(set->error);
  }
  if (!aski_str_present(json) || !aski_str_equal_text(hash, present)) {
    return askiam_error_set(set->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                            "policy \"%.*s\" is not as it was imported; import it again", ASKI_STR_ARG(id));
  }
  aski_store_policy_line(&set->lines, id, hash);
  return set->policy(set->context, id, (uint64_t)version, json);
}

static askiam_status s_check(const aski_store_policy_set *set, askiam_str set_hash)
{
  if (set->lines.failed) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  if (set->lines.length == 0 && aski_str_equal_text(set_hash, ASKI_STORE_UNHASHED)) {
    return askiam_error_set(set->error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_STORE,
                            "the policies were changed by hand; the next import takes the change over");
  }
  if (set->lines.length == 0) {
    return askiam_error_set(set->error, ASKIAM_STATUS_NOT_FOUND, ASKIAM_LAYER_STORE,
                            "the store has no set of policies with the hash \"%.*s\"; were they changed by hand? Import"
                            " them again",
                            ASKI_STR_ARG(set_hash));
  }
  char present[ASKI_SHA256_HEX_BYTES];
  if (!aski_sha256_hex(aski_buffer_view(&set->lines), present)) {
    return s_no_hash(set->error);
  }
  return aski_str_equal_text(set_hash, present)
             ? ASKIAM_STATUS_OK
             : askiam_error_set(
                   set->error, ASKIAM_STATUS_CORRUPT, ASKIAM_LAYER_STORE,
                   "the set of policies with the hash \"%.*s\" does not have that hash; import the policies"
                   " again",
                   ASKI_STR_ARG(set_hash));
}

askiam_status aski_store_policy_set_end(aski_store_policy_set *set, askiam_str set_hash, askiam_status status)
{
  status = status == ASKIAM_STATUS_OK ? s_check(set, set_hash) : status;
  aski_buffer_clean_up(&set->lines);
  return status;
}
