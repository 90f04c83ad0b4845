/* SPDX-License-Identifier: Apache-2.0
 *
 * Data for a model stands between lines that hold a secret of this one question. Text inside cannot know it, and so cannot end what it is in. */
#ifndef ASKI_CHAT_FENCE_H
#define ASKI_CHAT_FENCE_H

#include "base/str.h"

typedef struct aski_chat_fence {
  char text[33]; /* 32 hexadecimal digits and a NUL */
} aski_chat_fence;

/* Makes one by chance. False where the system has none to give. */
bool aski_chat_fence_make(aski_chat_fence *out_fence);
/* Whether `text` holds the fence just `count` times: the lines that were written, and nothing inside. */
bool aski_chat_fence_holds(const aski_chat_fence *fence, askiam_str text, size_t count);

#endif
