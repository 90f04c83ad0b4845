/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a policy of every kind: what is told comes in the order of the text, in UTF-8 and on one line; a document is refused where an
 * error was told and only there; what was taken can be taken apart. And any bytes as a text with wildcards and variables. */
#include <stdlib.h>

#include "base/text.h"
#include "policy/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct s_told {
  size_t line, column, errors;
} s_told;

static void s_require(bool holds)
{
  if (!holds) {
    abort();
  }
}

static void s_require_shown(askiam_str text)
{
  s_require(text.data != NULL && aski_text_valid(text));
  for (size_t i = 0; i < text.length; ++i) {
    s_require((unsigned char)text.data[i] >= 0x20);
  }
}

static void s_tell(void *context, const askiam_policy_finding *finding)
{
  s_told *told = context;
  s_require(finding->line > told->line || (finding->line == told->line && finding->column >= told->column));
  s_require(finding->message.length > 0 && finding->column > 0);
  s_require_shown(finding->message);
  s_require_shown(finding->path);
  *told = (s_told){finding->line, finding->column, told->errors + (finding->warning ? 0 : 1)};
}

static void s_require_readable(aski_arena *arena, const aski_policy_texts *texts, bool variables)
{
  aski_policy_template template;
  for (size_t i = 0; i < texts->count; ++i) {
    s_require(aski_policy_template_read(&template, arena, texts->items[i], true, variables) == NULL);
  }
}

static void s_check_document(aski_arena *arena, const aski_policy_document *document)
{
  s_require(document->statements.count > 0);
  for (size_t i = 0; i < document->statements.count; ++i) {
    const aski_policy_statement *statement = &document->statements.items[i];
    s_require(statement->actions.count > 0);
    s_require_readable(arena, &statement->resources, document->has_variables);
    for (size_t j = 0; j < statement->clauses.count; ++j) {
      const aski_policy_clause *clause = &statement->clauses.items[j];
      s_require(clause->key.length > 0 && clause->op < ASKI_POLICY_OPERATOR_COUNT);
      if (aski_policy_operator_family(clause->op) == ASKI_POLICY_OF_STRINGS) {
        s_require_readable(arena, &clause->values, document->has_variables);
      }
    }
  }
}

static void s_check(askiam_str text, askiam_policy_kind kind)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_policy_document document;
  s_told told = {0};
  askiam_error error = ASKIAM_ERROR_INIT;
  askiam_status status = aski_policy_read(&document, &arena, text, kind, s_tell, &told, &error);
  s_require(status == (told.errors > 0 ? ASKIAM_STATUS_BAD_DATA : ASKIAM_STATUS_OK));
  s_require(status == ASKIAM_STATUS_OK || error.message[0] != 0);
  if (status == ASKIAM_STATUS_OK) {
    s_check_document(&arena, &document);
  }
  aski_arena_clean_up(&arena);
}

/* All that is literal was in the text, and no two stars stand side by side. */
static void s_check_template(askiam_str text)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_policy_template template;
  const char *problem = aski_policy_template_read(&template, &arena, text, true, true);
  size_t length = 0;
  for (size_t i = 0; i < template.count; ++i) {
    const aski_policy_part *part = &template.items[i];
    length += part->text.length + part->default_text.length;
    s_require(part->kind == ASKI_POLICY_PART_STAR || part->kind == ASKI_POLICY_PART_ANY_ONE || part->text.length > 0);
    s_require(i == 0 || part->kind != ASKI_POLICY_PART_STAR || template.items[i - 1].kind != ASKI_POLICY_PART_STAR);
  }
  s_require(length <= text.length);
  s_require(problem != NULL || text.length == 0 || template.count > 0);
  aski_arena_clean_up(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  askiam_str text = {(const char *)data, size};
  for (int kind = ASKIAM_POLICY_IDENTITY; kind <= ASKIAM_POLICY_ACCESS_REQUEST; ++kind) {
    s_check(text, (askiam_policy_kind)kind);
  }
  s_check_template(text);
  return 0;
}
