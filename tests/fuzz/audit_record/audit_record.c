/* SPDX-License-Identifier: Apache-2.0
 *
 * Whatever text comes in: as the AuditLogger's record, as a checkpoint, and as an entry's payload and decision. What is read must
 * be what the contract has; nothing may crash, leak, or take long. */
#include <stdlib.h>

#include "audit/checkpoint.h"
#include "audit/entry.h"
#include "audit/record_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void s_read_entry(askiam_str text)
{
  aski_arena arena;
  aski_audit_entry entry;
  aski_arena_init(&arena, aski_allocator_default());
  if (aski_audit_read_entry(&entry, &arena, text, aski_allocator_default(), NULL) == ASKIAM_STATUS_OK) {
    if (entry.decision->verdict == ASKIAM_VERDICT_ERROR || entry.speaker_id.length == 0 ||
        entry.decision->request_id.length == 0 || !aski_decision_seal(entry.decision)) {
      abort();
    }
  }
  askiam_decision_destroy(entry.decision);
  aski_arena_clean_up(&arena);
}

/* What was read writes the same signed text again after a way through JSON. */
static void s_read_checkpoint(askiam_str text)
{
  aski_arena arena;
  aski_checkpoint read;
  aski_checkpoint again;
  aski_buffer json;
  aski_arena_init(&arena, aski_allocator_default());
  aski_buffer_init(&json, aski_allocator_default());
  if (aski_checkpoint_read_json(&read, &arena, text, NULL) == ASKIAM_STATUS_OK) {
    aski_checkpoint_write_json(&read, &json);
    if (read.time_ms != 0 &&
        (aski_checkpoint_read_json(&again, &arena, aski_buffer_view(&json), NULL) != ASKIAM_STATUS_OK ||
         again.heads.count != read.heads.count || again.time_ms != read.time_ms)) {
      abort();
    }
  }
  aski_buffer_clean_up(&json);
  aski_arena_clean_up(&arena);
}

static void s_examine(askiam_str text)
{
  const aski_audit audit = {.allocator = aski_allocator_default()};
  askiam_record *record = askiam_record_new(NULL);
  aski_entry_check check;
  askiam_record_set_text(record, ASKIAM_RECORD_PAYLOAD, text);
  askiam_record_set_text(record, ASKIAM_RECORD_DECISION, text);
  if (aski_entry_examine(&check, &audit, record, ASKI_KEY_STRICT, NULL) != ASKIAM_STATUS_OK ||
      check.found.what == NULL) {
    abort(); /* there is no hash in this record, so it cannot be sound */
  }
  askiam_record_destroy(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  s_read_entry(text);
  s_read_checkpoint(text);
  s_examine(text);
  return 0;
}
