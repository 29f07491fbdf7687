/* The viewers of `make bench-live`: one command a line on stdin, one JSON line on stdout for each. Words are separated
   by blanks, `NAME=VALUE` where a command has many.

   open GROUP n= port= path= sources= joins=FILE firsts= flight= limit= deflate=0|1 read=all|never|drip:BYTES header=
   await GROUP VERSION MS      until all that read have this version
   versions GROUP FROM TO      when each of these versions came
   delays GROUP VERSION:NS …   how long after these moments the versions came, pooled
   read GROUP all              let a group that stopped reading go on
   wait MS                     take in what comes for so long
   reset GROUP, close GROUP, drop GROUP (abortive), stat GROUP

   All moments are CLOCK_MONOTONIC in ns. */
#define _GNU_SOURCE
#include "load.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 20, TICK_MS = 100 };

int epoll;
struct group *groups[GROUPS];
static uint8_t buffer[BUFFER];
static int64_t dripped;

int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* A viewer's socket is closed for good, with this code. */
void gone(struct viewer *viewer, int code) {
    if (viewer->state == CLOSED)
        return;
    if (viewer->state == OPEN && viewer->group == awaited_group && !viewer->stopped && viewer->last < awaited && pending)
        pending--;
    int was_open = viewer->state == OPEN;
    if (was_open) {
        viewer->group->closed++;
        viewer->group->codes[code]++;
    }
    if (!viewer->counted)
        failed(viewer, was_open ? "closed before its first frame" : "the line ended during the handshake");
    if (viewer->fd >= 0)
        close(viewer->fd);
    viewer->fd = -1;
    viewer->state = CLOSED;
    free(viewer->rest);
    viewer->rest = NULL;
    viewer->held = 0;
}

void broke(struct viewer *viewer, const char *why) {
    if (viewer->state == CLOSED)
        return;
    if (!viewer->group->why[0])
        snprintf(viewer->group->why, sizeof viewer->group->why, "%s", why);
    viewer->group->broken++;
    gone(viewer, 1006);
}

/* Read what a socket has, at most `most` bytes, and deal with what is whole. */
static void readable(struct viewer *viewer, size_t most) {
    size_t held = viewer->held, done = 0;
    if (held)
        memcpy(buffer, viewer->rest, held);
    ssize_t came = recv(viewer->fd, buffer + held, most < BUFFER - held ? most : BUFFER - held, 0);
    if (came <= 0) {
        if (came == 0 || (errno != EAGAIN && errno != EINTR))
            gone(viewer, 1006);
        return;
    }
    size_t there = held + (size_t)came;
    int64_t now = now_ns();
    if (viewer->state == SHAKING) {
        done = shaken(viewer, buffer, there);
        if (done)
            viewer->group->bytes += there - done;
    } else {
        viewer->group->bytes += (size_t)came;
    }
    if (viewer->state == OPEN)
        done += take(viewer, buffer + done, there - done, now);
    if (viewer->state == CLOSED)
        return;
    if (there - done != held || done) {
        viewer->held = (uint32_t)(there - done);
        if (viewer->held) {
            viewer->rest = realloc(viewer->rest, viewer->held);
            memcpy(viewer->rest, buffer + done, viewer->held);
        } else {
            free(viewer->rest);
            viewer->rest = NULL;
        }
    }
    if (viewer->stopped == 1) { /* from now on its events are silent, and a drip reads by the clock */
        struct epoll_event none = {.events = 0, .data.ptr = viewer};
        epoll_ctl(epoll, EPOLL_CTL_MOD, viewer->fd, &none);
        viewer->stopped = 2;
    }
}

static void drip(void) {
    int64_t now = now_ns();
    if (now - dripped < TICK_MS * 1000000LL)
        return;
    dripped = now;
    for (int g = 0; g < GROUPS; g++)
        for (size_t i = 0; groups[g] && groups[g]->reading == READ_DRIP && i < groups[g]->size; i++)
            if (groups[g]->viewers[i].state == OPEN && groups[g]->viewers[i].stopped)
                readable(&groups[g]->viewers[i], groups[g]->drip / (1000 / TICK_MS));
}

/* Deal with what has come, waiting so long for it; whether stdin has a command. */
int pump(int milliseconds) {
    static struct epoll_event events[512];
    int command = 0, dripping = 0;
    for (int g = 0; g < GROUPS; g++)
        dripping |= groups[g] && groups[g]->reading == READ_DRIP;
    if (dripping && (milliseconds < 0 || milliseconds > TICK_MS))
        milliseconds = TICK_MS;
    int count = epoll_wait(epoll, events, 512, milliseconds);
    for (int i = 0; i < count; i++) {
        struct viewer *viewer = events[i].data.ptr;
        if (!viewer)
            command = 1;
        else if (viewer->state == CONNECTING)
            connected(viewer);
        else if (viewer->stopped == 2 && viewer->state == OPEN)
            gone(viewer, 1006); /* the server has had enough of it */
        else if (viewer->state == SHAKING || viewer->state == OPEN)
            readable(viewer, BUFFER);
    }
    if (dripping)
        drip();
    return command;
}

int main(void) {
    static char lines[1 << 16];
    size_t held = 0;
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event stdin_event = {.events = EPOLLIN, .data.ptr = NULL};
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &stdin_event))
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 1 << 16);
    for (;;) {
        if (!pump(-1))
            continue;
        ssize_t came = read(0, lines + held, sizeof lines - held - 1);
        if (came <= 0)
            return 0;
        held += (size_t)came;
        lines[held] = 0;
        char *end;
        while ((end = memchr(lines, '\n', held))) {
            *end = 0;
            carry_out(lines);
            held -= (size_t)(end + 1 - lines);
            memmove(lines, end + 1, held + 1);
        }
        if (held == sizeof lines - 1)
            return 1; /* an endless command */
    }
}
