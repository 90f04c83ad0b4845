/* SPDX-License-Identifier: Apache-2.0
 *
 * Which flips somebody wants to hear of: "VALID:INVALID,INVALID:VALID", or "any". */
#include "engine/replay.h"

static bool s_read_verdict(askiam_verdict *out_verdict, askiam_str name)
{
  for (int verdict = 0; verdict < ASKIAM_REPLAY_VERDICTS; ++verdict) {
    if (aski_str_equal_text(name, askiam_verdict_name((askiam_verdict)verdict))) {
      *out_verdict = (askiam_verdict)verdict;
      return true;
    }
  }
  return false;
}

static void s_choose_any(aski_replay_choice *choice)
{
  for (size_t i = 0; i < ASKIAM_REPLAY_VERDICTS; ++i) {
    for (size_t j = 0; j < ASKIAM_REPLAY_VERDICTS; ++j) {
      choice->flips[i][j] = true;
    }
  }
}

static bool s_read_one(aski_replay_choice *choice, askiam_str word)
{
  if (aski_str_equal_text(word, "any")) {
    s_choose_any(choice);
    return true;
  }
  const char *colon = word.length == 0 ? NULL : memchr(word.data, ':', word.length);
  size_t at = colon == NULL ? word.length : (size_t)(colon - word.data);
  askiam_verdict was = ASKIAM_VERDICT_ERROR;
  askiam_verdict is = ASKIAM_VERDICT_ERROR;
  if (colon == NULL || !s_read_verdict(&was, aski_str_trim(aski_str_slice(word, 0, at))) ||
      !s_read_verdict(&is, aski_str_trim(aski_str_slice(word, at + 1, word.length))) || was == is) {
    return false;
  }
  choice->flips[was][is] = true;
  return true;
}

askiam_status aski_replay_read_choice(aski_replay_choice *out_choice, askiam_str list, askiam_error *error)
{
  *out_choice = (aski_replay_choice){{{false}}};
  bool more = aski_str_present(list);
  while (more) {
    const char *comma = list.length == 0 ? NULL : memchr(list.data, ',', list.length);
    size_t length = comma == NULL ? list.length : (size_t)(comma - list.data);
    askiam_str word = aski_str_trim(aski_str_slice(list, 0, length));
    if (!s_read_one(out_choice, word)) {
      return askiam_error_set(error, ASKIAM_STATUS_INVALID_ARGUMENT, ASKIAM_LAYER_ENGINE,
                              "\"%.*s\" is no flip: say VALID:INVALID, INVALID:VALID and the like (of VALID, INVALID, "
                              "NEEDS_INFO, ERROR), or any",
                              ASKI_STR_ARG(word));
    }
    list = aski_str_slice(list, length + 1, list.length);
    more = comma != NULL;
  }
  return ASKIAM_STATUS_OK;
}
