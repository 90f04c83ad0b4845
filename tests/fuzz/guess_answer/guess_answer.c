/* SPDX-License-Identifier: Apache-2.0
 *
 * Any JSON as a guess: what is taken is short, plain text, and nothing is left of what is not. */
#include <stdlib.h>

#include "base/text.h"
#include "extract/llm/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool s_is_sound(askiam_str text)
{
  return !aski_str_present(text) || (text.length > 0 && text.length <= ASKI_GUESSED_MAX_BYTES &&
                                     aski_text_valid(text) && !aski_text_has_invisible(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  aski_arena arena;
  aski_arena_init(&arena, aski_allocator_default());
  aski_json_document *document = NULL;
  if (aski_json_parse(&document, (askiam_str){(const char *)data, size}, arena.allocator, ASKIAM_LAYER_REQUEST, NULL) ==
      ASKIAM_STATUS_OK) {
    aski_guess guess;
    bool good = aski_guess_answer_read(&guess, &arena, aski_json_root(document));
    bool any = aski_str_present(guess.role) || aski_str_present(guess.application) ||
               aski_str_present(guess.beneficiary) || aski_str_present(guess.duration);
    if ((any && !good) || !s_is_sound(guess.role) || !s_is_sound(guess.application) || !s_is_sound(guess.beneficiary) ||
        !s_is_sound(guess.duration)) {
      abort();
    }
    aski_json_destroy(document);
  }
  aski_arena_clean_up(&arena);
  return 0;
}
