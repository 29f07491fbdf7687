/* Websocket frames of a server, read strictly: whatever RFC 6455 does not allow, and a text that is no JSON object,
   makes the viewer a broken one. No server measured here fragments its messages: a fragment counts as broken. */
#define _GNU_SOURCE
#include "load.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10, LONGEST = 900 * 1024 };

/* Send one masked frame; a viewer says little, so a full buffer is a fault of the server. */
void say(struct viewer *viewer, int opcode, const void *text, size_t length) {
    uint8_t frame[4200], *at = frame;
    uint32_t random = (uint32_t)rand();
    uint8_t mask[4];
    memcpy(mask, &random, 4);
    if (length > 4096) {
        broke(viewer, "a text of ours is too long");
        return;
    }
    *at++ = 0x80 | opcode;
    if (length < 126) {
        *at++ = 0x80 | length;
    } else {
        *at++ = 0x80 | 126;
        *at++ = length >> 8;
        *at++ = length & 255;
    }
    memcpy(at, mask, 4);
    at += 4;
    for (size_t i = 0; i < length; i++)
        at[i] = ((const uint8_t *)text)[i] ^ mask[i & 3];
    size_t whole = (size_t)(at - frame) + length;
    if (send(viewer->fd, frame, whole, MSG_NOSIGNAL) != (ssize_t)whole && viewer->state == OPEN && opcode == TEXT)
        broke(viewer, "a text of ours could not be sent whole");
}

/* The position `"at":"<epoch>.<version>"` of a text; 0 if it has none. */
static uint64_t position(const uint8_t *text, size_t length, uint32_t *epoch) {
    const uint8_t *at = memmem(text, length, "\"at\":\"", 6), *end = text + length;
    uint64_t version = 0;
    if (!at)
        return 0;
    *epoch = 2166136261u;
    for (at += 6; at < end && *at != '.' && *at != '"'; at++)
        *epoch = (*epoch ^ *at) * 16777619u;
    if (at >= end || *at != '.')
        return 0;
    for (at++; at < end && *at >= '0' && *at <= '9'; at++)
        version = version * 10 + (*at - '0');
    return version;
}

static void heard(struct viewer *viewer, int compressed, const uint8_t *text, size_t length, int64_t now) {
    struct group *group = viewer->group;
    uint32_t epoch = viewer->epoch;
    group->frames++;
    viewer->data_frames++;
    if (compressed) {
        reached(viewer, epoch, viewer->last + 1, now);
    } else if (length < 2 || text[0] != '{' || text[length - 1] != '}') {
        broke(viewer, "a text is no JSON object");
        return;
    } else {
        uint64_t version = position(text, length, &epoch);
        if (version)
            reached(viewer, epoch, version, now);
    }
    if (viewer->data_frames == group->firsts)
        count_opened(viewer);
    if (group->reading != READ_ALL && viewer->data_frames == 1)
        viewer->stopped = 1;
}

static void closes(struct viewer *viewer, const uint8_t *body, size_t length) {
    int code = length >= 2 ? body[0] << 8 | body[1] : 1005;
    if (length == 1 || code < 1000 || code > 4999) {
        broke(viewer, "a close frame without a code that may be");
        return;
    }
    say(viewer, CLOSE, body, length < 2 ? 0 : 2);
    gone(viewer, code);
}

/* Deal with the whole frames in `data`; how many bytes they took. */
size_t take(struct viewer *viewer, uint8_t *data, size_t length, int64_t now) {
    size_t done = 0;
    while (viewer->state == OPEN && length - done >= 2) {
        uint8_t *frame = data + done;
        size_t there = length - done, head = 2, size = frame[1] & 127;
        int opcode = frame[0] & 15, compressed = frame[0] >> 6 & 1;
        if (size == 126) {
            if (there < 4)
                break;
            head = 4;
            size = (size_t)frame[2] << 8 | frame[3];
            if (size < 126)
                broke(viewer, "a length is not the shortest");
        } else if (size == 127) {
            if (there < 10)
                break;
            head = 10;
            size = 0;
            for (int i = 2; i < 10; i++)
                size = size << 8 | frame[i];
            if (size < 65536 || size > LONGEST)
                broke(viewer, "a length is not the shortest, or endless");
        }
        if (frame[1] & 128)
            broke(viewer, "a server's frame is masked");
        else if (!(frame[0] & 128))
            broke(viewer, "a fragment");
        else if (frame[0] & 0x30 || (compressed && (!viewer->deflate || opcode != TEXT)))
            broke(viewer, "a reserved bit");
        else if (opcode != TEXT && opcode != CLOSE && opcode != PING && opcode != PONG)
            broke(viewer, "an opcode that no server here sends");
        else if (opcode >= CLOSE && size > 125)
            broke(viewer, "a control frame that is too long");
        if (viewer->state != OPEN || there < head + size)
            break;
        done += head + size;
        if (opcode == TEXT) {
            heard(viewer, compressed, frame + head, size, now);
        } else if (opcode == PING) {
            viewer->group->pings++;
            say(viewer, PONG, frame + head, size);
        } else if (opcode == CLOSE) {
            closes(viewer, frame + head, size);
        }
    }
    return done;
}
