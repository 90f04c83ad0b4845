/* SPDX-License-Identifier: Apache-2.0
 *
 * The order of one reading: words, names, parts, act, then for how long, for whom, and what. */
#include "extract/work.h"

static bool s_has_failed(const aski_work *work) { return work->arena->failed; }

static askiam_status s_read_words(aski_work *work)
{
  aski_extract_tokenise(work);
  if (s_has_failed(work)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  aski_extract_tag(work);
  aski_extract_zones(work);
  askiam_status status = aski_extract_names(work);
  if (status == ASKIAM_STATUS_OK && !work->too_long) {
    aski_extract_references(work);
    aski_extract_clauses(work);
    aski_extract_act(work);
  }
  return status == ASKIAM_STATUS_OK && s_has_failed(work) ? ASKIAM_STATUS_NO_MEMORY : status;
}

static askiam_status s_read_request(aski_work *work)
{
  aski_extract_durations(work);
  askiam_status status = aski_extract_persons(work);
  if (status != ASKIAM_STATUS_OK) {
    return status;
  }
  aski_extract_triple(work);
  aski_extract_leftovers(work);
  if (s_has_failed(work)) {
    return ASKIAM_STATUS_NO_MEMORY;
  }
  status = work->leftovers.count == 0 ? ASKIAM_STATUS_OK : aski_extract_near(work);
  aski_extract_beside(work);
  return status;
}

askiam_status aski_extract_read(aski_reading *out_reading, aski_arena *arena, const aski_phrases *phrases,
                                const aski_catalogue *catalogue, const askiam_call *call,
                                const aski_extract_input *input, askiam_error *error)
{
  *out_reading = (aski_reading){.act = ASKI_ACT_NONE};
  aski_work work = {.arena = arena,
                    .phrases = phrases,
                    .catalogue = catalogue,
                    .call = call,
                    .input = input,
                    .error = error,
                    .reading = out_reading};
  askiam_status status = s_read_words(&work);
  if (status == ASKIAM_STATUS_OK && !work.too_long && out_reading->act == ASKI_ACT_REQUEST) {
    status = s_read_request(&work);
  }
  if (status == ASKIAM_STATUS_OK) {
    status = aski_extract_answer(&work);
  }
  return status == ASKIAM_STATUS_NO_MEMORY
             ? askiam_error_set(error, status, ASKIAM_LAYER_REQUEST, "out of memory while reading the sentence")
             : status;
}
