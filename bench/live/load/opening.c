/* Opening the sockets of a group: from addresses of their own, with the handshake a browser sends. */
#define _GNU_SOURCE
#include "load.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The answer to the key of every handshake here, from RFC 6455's own example. */
static const char ACCEPT[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

void failed(struct viewer *viewer, const char *why) {
    struct group *group = viewer->group;
    if (!group->why[0])
        snprintf(group->why, sizeof group->why, "%.*s", (int)strcspn(why, "\r\n\"\\"), why);
    if (!viewer->counted) {
        viewer->counted = 1;
        group->failed++;
        group->in_flight--;
    }
    if (viewer->fd >= 0)
        close(viewer->fd);
    viewer->fd = -1;
    viewer->state = CLOSED;
}

void count_opened(struct viewer *viewer) {
    struct group *group = viewer->group;
    if (viewer->counted)
        return;
    viewer->counted = 1;
    group->in_flight--;
    group->opened_at[group->opened++] = now_ns();
}

/* Begin a viewer's connection from 127.0.0.2 + `source`. */
void start(struct viewer *viewer, struct group *group, uint32_t source, const void *address, int small) {
    int yes = 1;
    viewer->group = group;
    viewer->state = CONNECTING;
    group->in_flight++;
    viewer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (viewer->fd < 0) {
        failed(viewer, strerror(errno));
        return;
    }
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000002u + source)};
    setsockopt(viewer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    setsockopt(viewer->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (small)
        setsockopt(viewer->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    struct epoll_event wanted = {.events = EPOLLOUT, .data.ptr = viewer};
    if (bind(viewer->fd, (struct sockaddr *)&own, sizeof own) ||
        (connect(viewer->fd, address, sizeof(struct sockaddr_in)) && errno != EINPROGRESS) ||
        epoll_ctl(epoll, EPOLL_CTL_ADD, viewer->fd, &wanted))
        failed(viewer, strerror(errno));
}

/* The connection stands, or does not: send the handshake. */
void connected(struct viewer *viewer) {
    int fault = 0;
    socklen_t size = sizeof fault;
    getsockopt(viewer->fd, SOL_SOCKET, SO_ERROR, &fault, &size);
    const char *request = viewer->group->handshake;
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = viewer};
    if (fault) {
        failed(viewer, strerror(fault));
    } else if (send(viewer->fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request) ||
               epoll_ctl(epoll, EPOLL_CTL_MOD, viewer->fd, &wanted)) {
        failed(viewer, strerror(errno));
    } else {
        viewer->state = SHAKING;
    }
}

/* The server's answer to the handshake: how many bytes of `data` it took, 0 while it is not whole. */
size_t shaken(struct viewer *viewer, uint8_t *data, size_t length) {
    struct group *group = viewer->group;
    char *text = (char *)data, *end = memmem(data, length, "\r\n\r\n", 4);
    if (!end) {
        if (length > 8192)
            failed(viewer, "an endless answer to the handshake");
        return 0;
    }
    *end = 0;
    if (strncmp(text, "HTTP/1.1 101", 12) || !strstr(text, ACCEPT)) {
        failed(viewer, text);
        return 0;
    }
    viewer->deflate = strcasestr(text, "permessage-deflate") != NULL;
    viewer->state = OPEN;
    if (!group->firsts)
        count_opened(viewer);
    if (group->lines) {
        const char *line = group->joins[(viewer - group->viewers) % (ptrdiff_t)group->lines];
        while (*line && viewer->state == OPEN) {
            size_t size = strcspn(line, "\t");
            say(viewer, 1, line, size);
            line += size + (line[size] == '\t');
        }
    }
    return (size_t)(end - text) + 4;
}
