/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings that were recorded with a decision (aski_settings.replay_json), read back. Strictly: an unknown word may
 * change what is decided, so that guessing would be replaying something else. */
#include "engine/replay.h"
#include "model/reader.h"
#include "rules/soft_codes.h"

static const char *s_mode_name(size_t mode) { return aski_mode_name((aski_mode)mode); }

static const char *s_on_abstain_name(size_t choice)
{
  static const char *const names[] = {"rules", "ask"};
  return names[choice];
}

static const char *s_policy_mode_name(size_t mode) { return aski_policy_mode_name((aski_policy_mode)mode); }

static askiam_status s_read(aski_replay_settings *settings, aski_arena *arena, const aski_json *root,
                            askiam_error *error)
{
  aski_reader reader;
  aski_reader_init(&reader, arena, error);
  settings->decide.mode = (aski_mode)aski_reader_choice(&reader, root, "mode", s_mode_name, 2);
  settings->decide.threshold = aski_reader_number(&reader, root, "threshold", -1);
  settings->decide.on_abstain = (aski_on_abstain)aski_reader_choice(&reader, root, "on_abstain", s_on_abstain_name, 2);
  settings->decide.rag_enabled = aski_reader_bool(&reader, root, "rag_enabled");
  settings->policy_mode = (aski_policy_mode)aski_reader_choice(&reader, root, "policy_mode", s_policy_mode_name, 2);
  askiam_str soft_codes = aski_reader_text(&reader, root, "soft_codes");
  if (!(settings->decide.threshold >= 0 && settings->decide.threshold <= 1)) {
    aski_reader_fail(&reader, "threshold", "a number from 0 to 1");
  }
  askiam_status status = aski_reader_end(&reader);
  if (status == ASKIAM_STATUS_OK && aski_rules_soft_codes(&settings->soft_codes, soft_codes, error) != status) {
    status = askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                              "the member \"soft_codes\" names a code that is not one of a check that may be soft");
  }
  return status;
}

askiam_status aski_replay_read_settings(aski_replay_settings *out_settings, askiam_str json,
                                        const askiam_allocator *allocator, askiam_error *error)
{
  *out_settings = (aski_replay_settings){.soft_codes = 0};
  if (json.length == 0) {
    return askiam_error_set(error, ASKIAM_STATUS_BAD_DATA, ASKIAM_LAYER_AUDIT,
                            "the settings under which it was decided were not kept");
  }
  aski_json_document *document = NULL;
  askiam_status status = aski_json_parse(&document, json, allocator, ASKIAM_LAYER_AUDIT, error);
  if (status == ASKIAM_STATUS_OK) {
    aski_arena arena;
    aski_arena_init(&arena, allocator);
    status = s_read(out_settings, &arena, aski_json_root(document), error);
    aski_arena_clean_up(&arena);
  }
  aski_json_destroy(document);
  return status;
}
