/* The viewers of `make bench-live`: what the parts of the load share. One thread, one epoll, no allocation per frame.

   main.c turns the loop, commands.c answers commands, opening.c connects, frames.c reads websocket frames strictly, notes.c keeps when what came. */
#ifndef LOAD_H
#define LOAD_H

#include <stddef.h>
#include <stdint.h>

enum { WAITING, CONNECTING, SHAKING, OPEN, CLOSED };
enum { GROUPS = 64, SMALL = 16 * 1024 }; /* SMALL: what a sleeper's socket takes in */
enum reading { READ_ALL, READ_NEVER, READ_DRIP };

struct arrivals { /* when each viewer reached one version, CLOCK_MONOTONIC ns */
    int64_t *at;
    uint32_t count, room;
};

struct group {
    char name[32];
    struct viewer *viewers;
    size_t size;
    enum reading reading;
    size_t drip;         /* bytes a second */
    unsigned firsts;     /* so many data frames make a viewer opened; 0: the 101 does */
    char *handshake;     /* the request, ready */
    char **joins;        /* lines of texts separated by tabs */
    size_t lines, texts; /* of `joins`; `texts`: the longest line */
    size_t opened, failed, closed, broken;
    int64_t *opened_at; /* `opened` times */
    char why[160];      /* of the first that failed or broke */
    uint64_t frames, bytes, pings;
    uint32_t codes[5000]; /* close codes seen; 1006: the line ended without one */
    struct arrivals *notes;
    uint64_t base; /* version of notes[0] */
    size_t noted;
    int in_flight;
};

struct viewer {
    struct group *group;
    int fd;
    uint8_t state, deflate, stopped, counted; /* counted: in opened or failed */
    uint32_t data_frames;
    uint32_t epoch;
    uint64_t last; /* the newest version seen */
    uint8_t *rest; /* an unfinished frame */
    uint32_t held;
};

/* main.c */
extern int epoll;
extern struct group *groups[GROUPS];
int64_t now_ns(void);
int pump(int milliseconds);
void gone(struct viewer *viewer, int code);
void broke(struct viewer *viewer, const char *why);

/* commands.c; `pending` readers of `awaited_group` have not yet the version `awaited` */
extern uint64_t awaited;
extern struct group *awaited_group;
extern size_t pending;
void carry_out(char *line);

/* opening.c */
void start(struct viewer *viewer, struct group *group, uint32_t source, const void *address, int small);
void connected(struct viewer *viewer);
size_t shaken(struct viewer *viewer, uint8_t *data, size_t length);
void failed(struct viewer *viewer, const char *why);
void count_opened(struct viewer *viewer);

/* frames.c */
void say(struct viewer *viewer, int opcode, const void *text, size_t length);
size_t take(struct viewer *viewer, uint8_t *data, size_t length, int64_t now);

/* notes.c */
void reached(struct viewer *viewer, uint32_t epoch, uint64_t version, int64_t now);
void forget(struct group *group);
struct arrivals *arrivals_of(struct group *group, uint64_t version);
int earlier(const void *one, const void *other);
int64_t quantile(int64_t *sorted, size_t count, double share);

#endif
