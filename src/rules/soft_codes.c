/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/soft_codes.h"

#include "base/str.h"
#include "model/results.h"

static const struct {
  aski_code code;
  unsigned bit;
} s_bits[] = {
    {ASKI_CODE_USER_INACTIVE, 1u << ASKI_CHECK_USER_ACTIVE},
    {ASKI_CODE_APP_INACTIVE, 1u << ASKI_CHECK_APP_ACTIVE},
    {ASKI_CODE_ROLE_INACTIVE, 1u << ASKI_CHECK_ROLE_ACTIVE},
    {ASKI_CODE_ROLE_NOT_IN_APP, 1u << ASKI_CHECK_ROLE_IN_APP},
    {ASKI_CODE_ALREADY_ASSIGNED, 1u << ASKI_CHECK_NOT_ASSIGNED},
    {ASKI_CODE_PREREQUISITE_MISSING, 1u << ASKI_CHECK_PREREQUISITES_HELD},
    {ASKI_CODE_SOD_CONFLICT, 1u << ASKI_CHECK_NO_SOD_CONFLICT},
    {ASKI_CODE_RESTRICTED, 1u << ASKI_CHECK_NOT_RESTRICTED},
    {ASKI_CODE_POLICY_NOT_ALLOWED, 1u << ASKI_CHECK_POLICY},
};

unsigned aski_rules_soft_bit(aski_code code)
{
  for (size_t i = 0; i < sizeof s_bits / sizeof *s_bits; ++i) {
    if (s_bits[i].code == code) {
      return s_bits[i].bit;
    }
  }
  return 0;
}

static askiam_status s_unknown(askiam_str name, askiam_error *error)
{
  char known[320];
  size_t length = 0;
  for (size_t i = 0; i < sizeof s_bits / sizeof *s_bits; ++i) {
    const char *text = aski_code_name(s_bits[i].code);
    size_t needed = strlen(text) + 2;
    if (length + needed < sizeof known) {
      memcpy(known + length, text, strlen(text));
      memcpy(known + length + strlen(text), ", ", 2);
      length += needed;
    }
  }
  known[length < 2 ? 0 : length - 2] = 0;
  return askiam_error_set(error, ASKIAM_STATUS_CONFIG, ASKIAM_LAYER_CONFIG,
                          "decision.soft_codes: \"%.*s\" is not the code of a check that may be soft; these are: %s",
                          ASKI_STR_ARG(name), known);
}

askiam_status aski_rules_soft_codes(unsigned *out_mask, askiam_str list, askiam_error *error)
{
  unsigned mask = 0;
  while (list.length > 0) {
    const char *comma = memchr(list.data, ',', list.length);
    size_t length = comma == NULL ? list.length : (size_t)(comma - list.data);
    askiam_str name = aski_str_trim(aski_str_slice(list, 0, length));
    list = aski_str_slice(list, length + 1, list.length);
    unsigned bit = aski_rules_soft_bit(aski_code_from_name(name));
    if (name.length > 0 && bit == 0) {
      return s_unknown(name, error);
    }
    mask |= bit;
  }
  *out_mask = mask;
  return ASKIAM_STATUS_OK;
}
