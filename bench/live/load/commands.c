/* The commands of the load, and their answers; the list stands in main.c. */
#define _GNU_SOURCE
#include "load.h"
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

uint64_t awaited;
struct group *awaited_group;
size_t pending;

static struct group *find(const char *name) {
    for (int g = 0; g < GROUPS; g++)
        if (groups[g] && name && !strcmp(groups[g]->name, name))
            return groups[g];
    return NULL;
}

/* The value of NAME= among the words; `otherwise` if it is not there. */
static const char *value(char **words, const char *name, const char *otherwise) {
    size_t size = strlen(name);
    for (; *words; words++)
        if (!strncmp(*words, name, size) && (*words)[size] == '=')
            return *words + size + 1;
    return otherwise;
}

static long number(char **words, const char *name, long otherwise) {
    const char *found = value(words, name, NULL);
    return found ? atol(found) : otherwise;
}

/* Read the file of joins into lines that stay. */
static void read_joins(struct group *group, const char *path) {
    FILE *file = path[0] ? fopen(path, "r") : NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while (file && (size = getline(&line, &room, file)) > 0) {
        if (line[size - 1] == '\n')
            line[size - 1] = 0;
        group->joins = realloc(group->joins, (group->lines + 1) * sizeof *group->joins);
        group->joins[group->lines++] = strdup(line);
    }
    free(line);
    if (file)
        fclose(file);
}

/* `%20` and the like are blanks and the like: a header has them, a command's word has not. */
static char *unquoted(const char *text) {
    char *plain = strdup(text), *to = plain;
    for (const char *from = text; *from; from++) {
        unsigned byte;
        if (*from == '%' && sscanf(from + 1, "%2x", &byte) == 1) {
            *to++ = (char)byte;
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = 0;
    return plain;
}

static char *handshake(char **words, long port) {
    char *request = NULL, *header = unquoted(value(words, "header", ""));
    int deflate = (int)number(words, "deflate", 1);
    if (asprintf(&request,
                 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%ld\r\nConnection: Upgrade\r\nPragma: no-cache\r\n"
                 "Cache-Control: no-cache\r\nUser-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 "
                 "(KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36\r\nUpgrade: websocket\r\n"
                 "Origin: http://127.0.0.1:%ld\r\nSec-WebSocket-Version: 13\r\n"
                 "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: vi-VN,vi;q=0.9,en;q=0.8\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s%s%s\r\n",
                 value(words, "path", "/"), port, port,
                 deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "", header,
                 header[0] ? "\r\n" : "") < 0)
        abort();
    free(header);
    return request;
}

static void open_group(char **words) {
    int place = 0;
    while (place < GROUPS && groups[place])
        place++;
    if (place == GROUPS || !words[1] || find(words[1])) {
        printf("{\"fault\":\"no such group can be opened\"}\n");
        return;
    }
    struct group *group = groups[place] = calloc(1, sizeof *group);
    long port = number(words, "port", 80), flight = number(words, "flight", 500), sources = number(words, "sources", 1);
    const char *reading = value(words, "read", "all");
    snprintf(group->name, sizeof group->name, "%s", words[1]);
    group->size = (size_t)number(words, "n", 1);
    group->firsts = (unsigned)number(words, "firsts", 1);
    group->reading = !strcmp(reading, "never") ? READ_NEVER : !strncmp(reading, "drip:", 5) ? READ_DRIP : READ_ALL;
    group->drip = group->reading == READ_DRIP ? (size_t)atol(reading + 5) : 0;
    group->viewers = calloc(group->size, sizeof *group->viewers);
    group->opened_at = calloc(group->size, sizeof *group->opened_at);
    group->handshake = handshake(words, port);
    read_joins(group, value(words, "joins", ""));
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int64_t begun = now_ns(), end = begun + number(words, "limit", 60) * 1000000000LL;
    for (size_t i = 0; i < group->size; i++)
        group->viewers[i].fd = -1;
    size_t begun_with = 0;
    while (group->opened + group->failed < group->size && now_ns() < end) {
        for (int some = 0; begun_with < group->size && group->in_flight < flight && some < 64; some++, begun_with++)
            start(&group->viewers[begun_with], group, (uint32_t)(begun_with % (size_t)sources), &address,
                  group->reading == READ_ALL ? 0 : SMALL);
        pump(begun_with < group->size && group->in_flight < flight ? 0 : 20);
    }
    qsort(group->opened_at, group->opened, sizeof *group->opened_at, earlier);
    printf("{\"opened\":%zu,\"failed\":%zu,\"seconds\":%.4f,\"bytes\":%lu,\"frames\":%lu,\"begun\":%ld,\"p50\":%ld,"
           "\"last\":%ld,\"why\":\"%s\"}\n",
           group->opened, group->size - group->opened, (double)(now_ns() - begun) / 1e9, group->bytes, group->frames,
           begun, quantile(group->opened_at, group->opened, 0.5), quantile(group->opened_at, group->opened, 1),
           group->why);
}

static void print_version(struct group *group, uint64_t version) {
    struct arrivals none = {0}, *these = arrivals_of(group, version);
    if (!these)
        these = &none;
    else if (these->count)
        qsort(these->at, these->count, sizeof *these->at, earlier);
    printf("\"version\":%lu,\"count\":%u,\"first\":%ld,\"p50\":%ld,\"p99\":%ld,\"last\":%ld", version, these->count,
           quantile(these->at, these->count, 0), quantile(these->at, these->count, 0.5),
           quantile(these->at, these->count, 0.99), quantile(these->at, these->count, 1));
}

/* How many of a group's readers have not this version. */
static size_t lacking(struct group *group, uint64_t version) {
    size_t found = 0;
    for (size_t i = 0; i < group->size; i++)
        found += group->viewers[i].state == OPEN && !group->viewers[i].stopped && group->viewers[i].last < version;
    return found;
}

static void await_version(struct group *group, uint64_t version, long milliseconds) {
    int64_t end = now_ns() + milliseconds * 1000000LL;
    awaited_group = group;
    awaited = version;
    pending = lacking(group, version);
    while (pending && now_ns() < end)
        pump((int)((end - now_ns()) / 1000000) + 1);
    awaited_group = NULL;
    size_t missing = lacking(group, version), there = 0;
    for (size_t i = 0; i < group->size; i++)
        there += group->viewers[i].state == OPEN && !group->viewers[i].stopped;
    printf("{\"complete\":%zu,\"missing\":%zu,", there - missing, missing + group->closed);
    print_version(group, version);
    printf(",\"frames\":%lu,\"bytes\":%lu}\n", group->frames, group->bytes);
}

static void versions(struct group *group, uint64_t from, uint64_t to) {
    printf("{\"versions\":[");
    for (uint64_t each = from; each <= to && each - from < 10000; each++) {
        printf(each == from ? "{" : ",{");
        print_version(group, each);
        printf("}");
    }
    printf("]}\n");
}

static void delays(struct group *group, char **words) {
    int64_t *all = NULL;
    size_t count = 0;
    for (; *words; words++) {
        uint64_t version = strtoull(*words, NULL, 10);
        const char *colon = strchr(*words, ':');
        struct arrivals *these = arrivals_of(group, version);
        int64_t began = colon ? strtoll(colon + 1, NULL, 10) : 0;
        if (!these || !these->count)
            continue;
        all = realloc(all, (count + these->count) * sizeof *all);
        for (uint32_t i = 0; i < these->count; i++)
            all[count++] = these->at[i] - began;
    }
    qsort(all, count, sizeof *all, earlier);
    printf("{\"count\":%zu,\"p50\":%ld,\"p99\":%ld,\"last\":%ld}\n", count, quantile(all, count, 0.5),
           quantile(all, count, 0.99), quantile(all, count, 1));
    free(all);
}

static void read_on(struct group *group) {
    group->reading = READ_ALL;
    for (size_t i = 0; i < group->size; i++) {
        struct viewer *viewer = &group->viewers[i];
        struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = viewer};
        if (viewer->state == OPEN && viewer->stopped) {
            viewer->stopped = 0;
            epoll_ctl(epoll, EPOLL_CTL_MOD, viewer->fd, &wanted);
        }
    }
    printf("{}\n");
}

static size_t open_in(struct group *group) {
    size_t found = 0;
    for (size_t i = 0; i < group->size; i++)
        found += group->viewers[i].state == OPEN;
    return found;
}

/* End a group: with a close frame that the server may answer, or at once. */
static void end_group(struct group *group, int abortive) {
    struct linger at_once = {.l_onoff = 1};
    const uint8_t code[2] = {1000 >> 8, 1000 & 255};
    if (!abortive) {
        int64_t end = now_ns() + 3000000000LL;
        read_on(group);
        for (size_t i = 0; i < group->size; i++)
            if (group->viewers[i].state == OPEN)
                say(&group->viewers[i], 8, code, 2);
        while (open_in(group) && now_ns() < end)
            pump(50);
    } else {
        printf("{}\n");
    }
    for (size_t i = 0; i < group->size; i++) {
        struct viewer *viewer = &group->viewers[i];
        if (viewer->fd >= 0)
            setsockopt(viewer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        viewer->counted = 1;
        gone(viewer, 1006);
    }
    forget(group);
    for (size_t i = 0; i < group->lines; i++)
        free(group->joins[i]);
    for (int g = 0; g < GROUPS; g++)
        if (groups[g] == group)
            groups[g] = NULL;
    free(group->joins);
    free(group->handshake);
    free(group->viewers);
    free(group->opened_at);
    free(group);
}

static void stat_group(struct group *group) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"open\":%zu,\"closed\":%zu,\"broken\":%zu,\"pings\":%lu,\"why\":\"%s\",\"cpu\":%.6f,\"codes\":{",
           open_in(group), group->closed, group->broken, group->pings, group->why,
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    int first = 1;
    for (int code = 0; code < 5000; code++)
        if (group->codes[code])
            printf("%s\"%d\":%u", first ? "" : ",", code, group->codes[code]), first = 0;
    printf("}}\n");
}

static void wait_for(long milliseconds) {
    int64_t end = now_ns() + milliseconds * 1000000LL;
    while (now_ns() < end)
        if (pump((int)((end - now_ns()) / 1000000) + 1))
            usleep(1000); /* the next command waits its turn */
    printf("{}\n");
}

/* Carry one command out, and answer it. */
void carry_out(char *line) {
    static char *words[4096];
    int count = 0;
    for (char *word = strtok(line, " "); word && count < 4095; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    if (!count)
        return;
    struct group *group = count > 1 ? find(words[1]) : NULL;
    if (!strcmp(words[0], "open"))
        open_group(words);
    else if (!strcmp(words[0], "wait") && count > 1)
        wait_for(atol(words[1]));
    else if (!group)
        printf("{\"fault\":\"no such command or group\"}\n");
    else if (!strcmp(words[0], "await") && count > 3)
        await_version(group, strtoull(words[2], NULL, 10), atol(words[3]));
    else if (!strcmp(words[0], "versions") && count > 3)
        versions(group, strtoull(words[2], NULL, 10), strtoull(words[3], NULL, 10));
    else if (!strcmp(words[0], "delays"))
        delays(group, words + 2);
    else if (!strcmp(words[0], "read"))
        read_on(group);
    else if (!strcmp(words[0], "reset"))
        forget(group), printf("{}\n");
    else if (!strcmp(words[0], "close"))
        end_group(group, 0);
    else if (!strcmp(words[0], "drop"))
        end_group(group, 1);
    else if (!strcmp(words[0], "stat"))
        stat_group(group);
    else
        printf("{\"fault\":\"no such command\"}\n");
}
