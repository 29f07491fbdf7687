/* The floor of `make bench-live`: what no server can go below. It accepts, answers the handshake, and for each line
   `b TEXT` on stdin hands one ready frame to every socket with send(), in a loop. Nothing else: no limits, no pings,
   no answer to a close, and what a socket does not take at once is lost. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 65536 };
static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static int sockets[MOST], count, place[MOST]; /* place[fd] in sockets, once it is open */
static uint8_t is_open[MOST];

static void broadcast(const char *text, size_t length) {
    static uint8_t frame[MOST + 4];
    size_t head = 2;
    frame[0] = 0x81;
    if (length < 126) {
        frame[1] = (uint8_t)length;
    } else {
        frame[1] = 126;
        frame[2] = (uint8_t)(length >> 8);
        frame[3] = (uint8_t)length;
        head = 4;
    }
    memcpy(frame + head, text, length);
    for (int i = 0; i < count; i++)
        send(sockets[i], frame, head + length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void leave(int fd) {
    if (is_open[fd]) {
        sockets[place[fd]] = sockets[--count];
        place[sockets[place[fd]]] = place[fd];
        is_open[fd] = 0;
    }
    close(fd);
}

static void hear(int fd) {
    char data[4096];
    ssize_t came = recv(fd, data, sizeof data, MSG_DONTWAIT);
    if (came <= 0) {
        if (came == 0 || errno != EAGAIN)
            leave(fd);
    } else if (!is_open[fd] && came > 4 && !memcmp(data + came - 4, "\r\n\r\n", 4)) {
        send(fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL);
        is_open[fd] = 1;
        place[fd] = count;
        sockets[count++] = fd;
    }
}

static int listen_on(int port) {
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 4096))
        exit(1);
    return fd;
}

int main(int arguments, char **words) {
    static char lines[MOST];
    struct epoll_event events[256], wanted = {.events = EPOLLIN};
    int yes = 1, epoll = epoll_create1(0), listener = listen_on(arguments > 1 ? atoi(words[1]) : 0);
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    wanted.data.fd = 0;
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &wanted);
    wanted.data.fd = listener;
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &wanted);
    for (size_t held = 0;;) {
        int ready = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int one;
                while ((one = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0 && one < MOST) {
                    setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                    wanted.data.fd = one;
                    epoll_ctl(epoll, EPOLL_CTL_ADD, one, &wanted);
                }
            } else if (fd == 0) {
                ssize_t came = read(0, lines + held, sizeof lines - held);
                if (came <= 0)
                    return 0;
                held += (size_t)came;
                for (char *end; (end = memchr(lines, '\n', held));) {
                    if (!memcmp(lines, "b ", 2))
                        broadcast(lines + 2, (size_t)(end - lines) - 2);
                    held -= (size_t)(end + 1 - lines);
                    memmove(lines, end + 1, held);
                }
            } else {
                hear(fd);
            }
        }
    }
}
