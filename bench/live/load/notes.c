/* When each version reached each viewer of a group. A frame of version w shows all changes up to w: whatever a viewer
   had not seen until then counts as reached at that moment. */
#include "load.h"
#include <stdlib.h>

enum { BEFORE = 1000, MOST = 1000000 }; /* versions kept below the first one noted, and in all */

struct arrivals *arrivals_of(struct group *group, uint64_t version) {
    if (!group->noted || version < group->base || version - group->base >= group->noted)
        return NULL;
    return &group->notes[version - group->base];
}

static void note(struct group *group, uint64_t version, int64_t now) {
    if (!group->noted)
        group->base = version > BEFORE ? version - BEFORE : 0;
    if (version < group->base || version - group->base >= MOST)
        return;
    size_t index = version - group->base;
    if (index >= group->noted) {
        size_t room = index * 2 + 64;
        struct arrivals *more = realloc(group->notes, room * sizeof *more);
        if (!more)
            abort();
        for (size_t i = group->noted; i < room; i++)
            more[i] = (struct arrivals){0};
        group->notes = more;
        group->noted = room;
    }
    struct arrivals *these = &group->notes[index];
    if (these->count == these->room) {
        these->room = these->room ? these->room * 2 : (uint32_t)group->size + 1;
        these->at = realloc(these->at, these->room * sizeof *these->at);
        if (!these->at)
            abort();
    }
    these->at[these->count++] = now;
}

/* A viewer has a frame of this version. Its first frame, and the first of a new epoch, show the present: no change. */
void reached(struct viewer *viewer, uint32_t epoch, uint64_t version, int64_t now) {
    uint64_t before = viewer->last;
    if (before && epoch == viewer->epoch && version <= before)
        return;
    if (before && epoch == viewer->epoch)
        for (uint64_t each = before + 1; each <= version; each++)
            note(viewer->group, each, now);
    viewer->epoch = epoch;
    viewer->last = version;
    if (viewer->group == awaited_group && !viewer->stopped && before < awaited && version >= awaited && pending)
        pending--;
}

void forget(struct group *group) {
    for (size_t i = 0; i < group->noted; i++)
        free(group->notes[i].at);
    free(group->notes);
    group->notes = NULL;
    group->noted = 0;
    group->frames = group->bytes = group->pings = 0;
}

int earlier(const void *one, const void *other) {
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* The value that `share` of them do not exceed (nearest rank); 0 of none. */
int64_t quantile(int64_t *sorted, size_t count, double share) {
    if (!count)
        return 0;
    size_t rank = (size_t)(share * (double)count);
    if ((double)rank < share * (double)count)
        rank++;
    return sorted[rank ? rank - 1 : 0];
}
