/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts with wildcards and variables, written back in a plain notation: <literal>, *, ?, {key}, {key|default}. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "policy/document.h"
#include "support/allocator.h"

typedef struct s_case {
  const char *text;
  bool wildcards, variables;
  const char *parts; /* or the problem */
} s_case;

static void s_write(char *out, size_t size, const aski_policy_template *template)
{
  size_t length = 0;
  out[0] = 0;
  for (size_t i = 0; i < template->count; ++i) {
    const aski_policy_part *part = &template->items[i];
    char *at = out + length;
    size_t left = size - length;
    int written = 0;
    switch (part->kind) {
    case ASKI_POLICY_PART_LITERAL:
      written = snprintf(at, left, "<%.*s>", ASKI_STR_ARG(part->text));
      break;
    case ASKI_POLICY_PART_STAR:
      written = snprintf(at, left, "*");
      break;
    case ASKI_POLICY_PART_ANY_ONE:
      written = snprintf(at, left, "?");
      break;
    case ASKI_POLICY_PART_VARIABLE:
      written = snprintf(at, left, "{%.*s%s%.*s}", ASKI_STR_ARG(part->text),
                         aski_str_present(part->default_text) ? "|" : "", ASKI_STR_ARG(part->default_text));
      break;
    }
    length += (size_t)written;
    assert_true(length < size);
  }
}

static void s_check(const s_case *cases, size_t count)
{
  for (size_t i = 0; i < count; ++i) {
    aski_arena arena;
    aski_arena_init(&arena, aski_allocator_default());
    aski_policy_template template;
    char written[512];
    const char *problem = aski_policy_template_read(&template, &arena, askiam_str_from(cases[i].text),
                                                    cases[i].wildcards, cases[i].variables);
    s_write(written, sizeof written, &template);
    if (strcmp(problem != NULL ? problem : written, cases[i].parts) != 0) {
      fail_msg("%s: %s", cases[i].text, problem != NULL ? problem : written);
    }
    aski_arena_clean_up(&arena);
  }
}
#define CHECK(cases) s_check(cases, sizeof(cases) / sizeof *(cases))

static void policy__template_wildcards_mean_something_where_they_may(void **state)
{
  (void)state;
  static const s_case cases[] = {
      {"", true, true, ""},
      {"plain", true, true, "<plain>"},
      {"a*b?c", true, true, "<a>*<b>?<c>"},
      {"a*b?c", false, true, "<a*b?c>"},
      {"***", true, true, "*"}, /* as many as one */
      {"*?*", true, true, "*?*"},
      {"??", true, true, "??"},
      {"$", true, true, "<$>"},
      {"$a{b}", true, true, "<$a{b}>"},
      {"a$", true, true, "<a$>"},
  };
  CHECK(cases);
}

static void policy__template_variables_have_keys_and_defaults(void **state)
{
  (void)state;
  static const s_case cases[] = {
      {"${aws:username}", true, true, "{aws:username}"},
      {"${aws:username}", true, false, "<${aws:username}>"},
      {"home/${aws:username}/*", true, true, "<home/>{aws:username}</>*"},
      {"${a:b}${c:d}", true, true, "{a:b}{c:d}"},
      {"${ aws:PrincipalTag/the team }", true, true, "{aws:PrincipalTag/the team}"},
      {"${a:b, 'c'}", true, true, "{a:b|c}"},
      {"${a:b,'c'}x", true, true, "{a:b|c}<x>"},
      {"x${a:b , 'c' }", true, true, "<x>{a:b|c}"},
      {"${a:b, ''}", true, true, "{a:b|}"},
      {"${a:b, 'it''s'}", true, true, "{a:b|it's}"},
      {"${a:b, '${*}*}'}", true, true, "{a:b|${*}*}}"}, /* a default is text */
  };
  CHECK(cases);
}

static void policy__template_specials_are_literals(void **state)
{
  (void)state;
  static const s_case cases[] = {
      {"${*}", true, true, "<*>"},
      {"a${?}b${$}c", true, true, "<a?b$c>"},
      {"${*}*${*}", true, true, "<*>*<*>"},
      {"${$}{aws:username}", true, true, "<${aws:username}>"},
      {"${*}", true, false, "<${>*<}>"},
      {"${*}", false, true, "<*>"},
      {"${a:b, 'c'}${*}", true, true, "{a:b|c}<*>"},
  };
  CHECK(cases);
}

static void policy__template_bad_variables_are_told(void **state)
{
  (void)state;
  static const char open[] = "a variable begins with ${ but has no closing }";
  static const char other[] = "a variable is ${key} or ${key, 'default'}; no other characters fit in there";
  static const char keyless[] = "a variable needs a key, as in ${aws:username}; ${$} stands for the character $";
  static const char unquoted[] =
      "after the comma a variable has its default in single quotes, as in ${aws:username, 'nobody'}";
  static const char unclosed[] = "the default of a variable has no closing '";
  static const s_case cases[] = {
      {"${", true, true, open},
      {"${aws:username", true, true, open},
      {"${a:b, 'c'", true, true, open},
      {"${}", true, true, keyless},
      {"${ }", true, true, keyless},
      {"${a:${b:c}}", true, true, other},
      {"${a*}", true, true, other},
      {"${**}", true, true, other},
      {"${a:b, 'c' d}", true, true, other},
      {"${a:b, c}", true, true, unquoted},
      {"${a:b,}", true, true, unquoted},
      {"${a:b, 'c}", true, true, unclosed},
      {"${a:b, 'c''}", true, true, unclosed},
  };
  CHECK(cases);
}

static void policy__template_failing_memory_is_marked(void **state)
{
  (void)state;
  test_allocator allocator;
  for (long fail_at = 1; fail_at < 100; ++fail_at) {
    test_allocator_init(&allocator);
    test_allocator_fail_at(&allocator, fail_at);
    aski_arena arena;
    aski_arena_init(&arena, &allocator.base);
    aski_policy_template template;
    char text[4096] = "";
    for (size_t i = 0; i + 20 < sizeof text; i += 10) {
      memcpy(text + i, "ab*cd?ef*g", 10);
    }
    aski_policy_template_read(&template, &arena, askiam_str_from(text), true, false);
    bool failed = arena.failed;
    aski_arena_clean_up(&arena);
    assert_int_equal(allocator.outstanding, 0);
    if (!failed) {
      assert_true(fail_at > 1);
      return;
    }
  }
  fail();
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(policy__template_wildcards_mean_something_where_they_may),
      cmocka_unit_test(policy__template_variables_have_keys_and_defaults),
      cmocka_unit_test(policy__template_specials_are_literals),
      cmocka_unit_test(policy__template_bad_variables_are_told),
      cmocka_unit_test(policy__template_failing_memory_is_marked),
  };
  return cmocka_run_group_tests_name("policy__template", tests, NULL, NULL);
}
