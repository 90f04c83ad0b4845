/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of askiam_replay_many, as docs/audit.md has them. */
#include <stdio.h>

#include "engine/replay.h"

static void s_open(aski_json_writer *writer, aski_buffer *out, const char *type, const aski_kept *kept)
{
  aski_buffer_clear(out);
  aski_json_writer_init(writer, out);
  aski_json_open_object(writer, NULL);
  aski_json_write_text(writer, "type", type);
  const struct {
    const char *name;
    askiam_str value;
  } ids[] = {{"request_id", kept->request_id},
             {"requester_id", kept->requester_id},
             {"user_id", kept->user_id},
             {"app_id", kept->application_id},
             {"role_id", kept->role_id}};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; ++i) {
    aski_json_write_string(writer, ids[i].name, ids[i].value.length == 0 ? ASKI_STR_NONE : ids[i].value);
  }
  aski_json_write_time(writer, "timestamp", kept->time_ms);
}

/* The check that tells why: the first that came out otherwise, else POLICY, which was asked anew. */
static size_t s_telling(const aski_rules_result *was, const aski_rules_result *is)
{
  for (size_t i = 0; i < was->count && i < is->count; ++i) {
    if (was->checks[i].code == is->checks[i].code && was->checks[i].passed != is->checks[i].passed) {
      return i;
    }
  }
  return ASKI_CHECK_POLICY;
}

static void s_write_side(aski_json_writer *writer, const char *name, const aski_code_list *codes,
                         const aski_rules_result *rules, size_t check)
{
  bool evaluated = check < rules->count;
  aski_json_open_object(writer, name);
  aski_json_write_text(writer, "status", askiam_verdict_name(aski_replay_verdict(codes)));
  aski_codes_write_json(codes, writer, "reason_codes");
  aski_json_write_text(writer, "check", evaluated ? aski_check_name(rules->checks[check].code) : NULL);
  aski_json_write_string(writer, "detail", evaluated ? rules->checks[check].detail : ASKI_STR_NONE);
  aski_json_close_object(writer);
}

void aski_replay_write_flip(aski_buffer *out, const aski_kept *kept, const aski_replayed *replayed)
{
  aski_json_writer writer;
  size_t check = s_telling(&kept->decision->rules, &replayed->rules);
  s_open(&writer, out, "flip", kept);
  s_write_side(&writer, "was", &kept->decision->codes, &kept->decision->rules, check);
  s_write_side(&writer, "would_be", &replayed->codes, &replayed->rules, check);
  aski_json_close_object(&writer);
}

void aski_replay_write_difference(aski_buffer *out, const aski_kept *kept, const aski_differences *differences)
{
  aski_json_writer writer;
  s_open(&writer, out, "difference", kept);
  aski_replay_write_differences(differences, &writer);
  aski_json_close_object(&writer);
}

void aski_replay_write_refusal(aski_buffer *out, const aski_kept *kept, const char *why)
{
  aski_json_writer writer;
  s_open(&writer, out, "not_replayable", kept);
  aski_json_write_text(&writer, "why", why);
  aski_json_write_text(&writer, "detail", kept->detail);
  aski_json_close_object(&writer);
}

static void s_write_flips(aski_json_writer *writer, const askiam_replay_summary *summary)
{
  uint64_t flipped = 0;
  aski_json_open_object(writer, "flips");
  for (int was = 0; was < ASKIAM_REPLAY_VERDICTS; ++was) {
    for (int is = 0; is < ASKIAM_REPLAY_VERDICTS; ++is) {
      uint64_t count = summary->flips[was][is];
      char name[64];
      snprintf(name, sizeof name, "%s:%s", askiam_verdict_name((askiam_verdict)was),
               askiam_verdict_name((askiam_verdict)is));
      if (count > 0) {
        aski_json_write_unsigned(writer, name, count);
      }
      flipped += count;
    }
  }
  aski_json_close_object(writer);
  aski_json_write_unsigned(writer, "flipped", flipped);
}

void aski_replay_write_summary(aski_buffer *out, const askiam_replay_summary *summary)
{
  aski_json_writer writer;
  aski_buffer_clear(out);
  aski_json_writer_init(&writer, out);
  aski_json_open_object(&writer, NULL);
  aski_json_write_text(&writer, "type", "summary");
  aski_json_write_unsigned(&writer, "requests", summary->requests);
  aski_json_write_unsigned(&writer, "replayed", summary->replayed);
  aski_json_write_unsigned(&writer, "unjudged", summary->unjudged);
  aski_json_write_unsigned(&writer, "unchanged", summary->unchanged);
  aski_json_write_unsigned(&writer, "differing", summary->differing);
  s_write_flips(&writer, summary);
  aski_json_write_unsigned(&writer, "chosen", summary->chosen);
  aski_json_open_object(&writer, "not_replayable");
  aski_json_write_unsigned(&writer, "erased", summary->erased);
  aski_json_write_unsigned(&writer, "without_facts", summary->without_facts);
  aski_json_write_unsigned(&writer, "changed", summary->changed);
  aski_json_write_unsigned(&writer, "unreadable", summary->unreadable);
  aski_json_write_unsigned(&writer, "without_policies", summary->without_policies);
  aski_json_close_object(&writer);
  aski_json_close_object(&writer);
}
