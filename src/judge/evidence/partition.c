/* SPDX-License-Identifier: Apache-2.0 */
#include "partition.h"

#define EMPTY UINT32_MAX
enum { PLACES = 2048 };

bool aski_workspace_init(aski_workspace *out_workspace, aski_arena *arena, const aski_evidence *evidence,
                         const aski_evidence_tables *tables)
{
  size_t size = 16;
  while (size < 2 * (evidence->count + 1)) {
    size *= 2;
  }
  *out_workspace = (aski_workspace){
      .evidence = evidence,
      .tables = tables,
      .places = aski_arena_acquire(arena, PLACES, sizeof(uint16_t)),
      .keys = aski_arena_acquire(arena, size, sizeof(uint32_t)),
      .values = aski_arena_acquire(arena, size, sizeof(uint16_t)),
      .mask = size - 1,
      .sizes = aski_arena_acquire(arena, evidence->count + 1, sizeof(uint16_t)),
      .approved = aski_arena_acquire(arena, evidence->count + 1, sizeof(uint16_t)),
  };
  return !arena->failed;
}

bool aski_partition_init(aski_partition *out_partition, aski_arena *arena, size_t rows)
{
  *out_partition = (aski_partition){.groups = aski_arena_acquire(arena, rows, sizeof(uint16_t)), .count = 1};
  return out_partition->groups != NULL;
}

/* From the workspace's sizes of `count` groups. */
static void s_fit(aski_fit *out_fit, size_t count, uint16_t own, const aski_workspace *workspace)
{
  bool has_rows = own < count;
  *out_fit = (aski_fit){.own_count = has_rows ? workspace->sizes[own] : 0,
                        .own_approved = has_rows ? workspace->approved[own] : 0};
  for (size_t group = 0; group < count; ++group) {
    size_t size = workspace->sizes[group];
    size_t approved = workspace->approved[group];
    const double *yes = workspace->tables->approvals[approved].of;
    const double *no = workspace->tables->refusals[size - approved].of;
    const double *all = workspace->tables->all[size].of;
    for (size_t prior = 0; prior < ASKI_PRIORS; ++prior) {
      out_fit->log_likelihood[prior] += yes[prior] + no[prior] - all[prior];
    }
  }
}

void aski_partition_fit(aski_fit *out_fit, const aski_partition *partition, aski_workspace *workspace)
{
  memset(workspace->sizes, 0, partition->count * sizeof *workspace->sizes);
  memset(workspace->approved, 0, partition->count * sizeof *workspace->approved);
  for (size_t row = 0; row < workspace->evidence->count; ++row) {
    uint16_t group = partition->groups[row];
    ++workspace->sizes[group];
    workspace->approved[group] = (uint16_t)(workspace->approved[group] + workspace->evidence->approved[row]);
  }
  s_fit(out_fit, partition->count, partition->own, workspace);
}

static void s_count(aski_workspace *workspace, uint16_t group, uint8_t approved)
{
  ++workspace->sizes[group];
  workspace->approved[group] = (uint16_t)(workspace->approved[group] + approved);
}

static uint16_t s_new_group(aski_partition *partition, aski_workspace *workspace)
{
  workspace->sizes[partition->count] = 0;
  workspace->approved[partition->count] = 0;
  return partition->count++;
}

/* By a table with a place for every (group, code): there are few of them. */
static void s_split_small(aski_partition *split, const aski_partition *base, const aski_trait *by,
                          aski_workspace *workspace)
{
  size_t width = by->limit;
  memset(workspace->places, 0, (base->count + 1U) * width * sizeof *workspace->places);
  for (size_t row = 0; row < workspace->evidence->count; ++row) {
    uint16_t *place = &workspace->places[base->groups[row] * width + by->codes[row]];
    if (*place == 0) {
      *place = (uint16_t)(s_new_group(split, workspace) + 1U);
    }
    split->groups[row] = (uint16_t)(*place - 1U);
    s_count(workspace, split->groups[row], workspace->evidence->approved[row]);
  }
  uint16_t own = workspace->places[base->own * width + by->own];
  split->own = own == 0 ? split->count : (uint16_t)(own - 1U);
}

/* Where the key is, or the free place where it belongs. */
static size_t s_place(const aski_workspace *workspace, uint32_t key)
{
  size_t at = ((key * UINT32_C(0x9E3779B1)) >> 15) & workspace->mask;
  while (workspace->keys[at] != key && workspace->keys[at] != EMPTY) {
    at = (at + 1) & workspace->mask;
  }
  return at;
}

static void s_split_large(aski_partition *split, const aski_partition *base, const aski_trait *by,
                          aski_workspace *workspace)
{
  memset(workspace->keys, 0xFF, (workspace->mask + 1) * sizeof *workspace->keys);
  for (size_t row = 0; row < workspace->evidence->count; ++row) {
    uint32_t key = (uint32_t)base->groups[row] << 16 | by->codes[row];
    size_t at = s_place(workspace, key);
    if (workspace->keys[at] == EMPTY) {
      workspace->keys[at] = key;
      workspace->values[at] = s_new_group(split, workspace);
    }
    split->groups[row] = workspace->values[at];
    s_count(workspace, split->groups[row], workspace->evidence->approved[row]);
  }
  size_t own = s_place(workspace, (uint32_t)base->own << 16 | by->own);
  split->own = workspace->keys[own] == EMPTY ? split->count : workspace->values[own];
}

void aski_partition_split(aski_partition *out_partition, aski_fit *out_fit, const aski_partition *base, size_t trait,
                          aski_workspace *workspace)
{
  const aski_trait *by = &workspace->evidence->traits[trait];
  out_partition->count = 0;
  out_partition->traits = base->traits | UINT32_C(1) << trait;
  if ((base->count + 1U) * by->limit <= PLACES) {
    s_split_small(out_partition, base, by, workspace);
  } else {
    s_split_large(out_partition, base, by, workspace);
  }
  s_fit(out_fit, out_partition->count, out_partition->own, workspace);
}
