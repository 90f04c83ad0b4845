/* SPDX-License-Identifier: Apache-2.0
 *
 * The program that all public headers are linked into. What it has to show was shown when it was built, but for what the run-time
 * can tell: that a header's inline function works where nothing else of the library is linked. */
#include <askiam/api.h>

int main(void)
{
  askiam_str absent = askiam_str_from(NULL);
  askiam_str word = askiam_str_from("word");
  return absent.data == NULL && absent.length == 0 && word.length == 4 ? 0 : 1;
}
