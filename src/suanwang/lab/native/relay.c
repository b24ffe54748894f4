/* Distance for the lab: frames that go into one TAP interface come out of another after a delay, as through a long cable.

   relay SOCKET < LINKS
   a line of LINKS:    NAMESPACE INTERFACE MAC  NAMESPACE INTERFACE MAC  DELAY_US JITTER_US LOSS_PPM RATE_KBIT QUEUE_BYTES
   datagrams to SOCKET:  set LINK DELAY_US JITTER_US LOSS_PPM RATE_KBIT     from now on, both ways
                         up LINK 0|1                                        0: every frame is dropped, in silence
                         stat LINK                                          frames and bytes each way, and dropped

   Each direction is a queue in order of arrival: a frame leaves when the line is free, its bytes have passed at the line's rate, and the
   delay is over; never before one that came earlier. Frames lie in a ring of bytes, so that nothing is allocated while it runs.
   Offloads are passed through (IFF_VNET_HDR), so a large TCP segment is one frame here as it is in the kernel. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MAX = 1024, FRAME_MAX = 70000, RING = 1 << 22, BATCH = 64, CONTROL = 1 << 30 };

struct frame { uint64_t due; uint32_t size; };  /* followed by its bytes, padded to 16 */

struct way {
    int in, out, down;
    uint64_t delay, jitter, loss, rate, queue;  /* ns, ns, ppm, bit/s, bytes */
    uint64_t free_at, last_due;
    uint64_t head, tail;                        /* of the ring, in bytes, ever rising */
    unsigned char *ring;
    uint64_t frames, bytes, dropped;
};

static struct way ways[2 * LINKS_MAX];
static int count, home;
static uint64_t seed = 88172645463325252ull;

static void fail(const char *what, const char *which) {
    fprintf(stderr, "relay: %s %s: %s\n", what, which, strerror(errno));
    exit(1);
}

static uint64_t chance(void) {  /* xorshift64, Marsaglia 2003 */
    seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17;
    return seed;
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static int tap(const char *space, const char *name, const char *mac) {
    char path[128];
    snprintf(path, sizeof path, "/run/netns/%s", space);
    int there = open(path, O_RDONLY | O_CLOEXEC);
    if (there < 0 || setns(there, CLONE_NEWNET)) fail("namespace", space);
    close(there);
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) fail("open", "/dev/net/tun");
    struct ifreq r = {0};
    snprintf(r.ifr_name, IFNAMSIZ, "%s", name);
    r.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
    if (ioctl(fd, TUNSETIFF, &r)) fail("interface", name);
    int room = 1 << 30;
    ioctl(fd, TUNSETSNDBUF, &room);
    ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN);
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct ifreq h = {0};
    unsigned m[6];
    snprintf(h.ifr_name, IFNAMSIZ, "%s", name);
    if (sscanf(mac, "%x:%x:%x:%x:%x:%x", m, m + 1, m + 2, m + 3, m + 4, m + 5) == 6) {
        h.ifr_hwaddr.sa_family = ARPHRD_ETHER;
        for (int i = 0; i < 6; i++) h.ifr_hwaddr.sa_data[i] = m[i];
        if (ioctl(s, SIOCSIFHWADDR, &h)) fail("address of", name);
    }
    struct ifreq q = {0};
    snprintf(q.ifr_name, IFNAMSIZ, "%s", name);
    q.ifr_qlen = 4000;
    ioctl(s, SIOCSIFTXQLEN, &q);
    close(s);
    if (setns(home, CLONE_NEWNET)) fail("namespace", "of its own");
    return fd;
}

static void set(struct way *w, uint64_t delay_us, uint64_t jitter_us, uint64_t loss_ppm, uint64_t rate_kbit) {
    w->delay = delay_us * 1000; w->jitter = jitter_us * 1000; w->loss = loss_ppm; w->rate = rate_kbit * 1000;
}

static void read_links(void) {
    char a[64], ai[32], am[32], b[64], bi[32], bm[32];
    unsigned long delay, jitter, loss, rate, queue;
    while (scanf("%63s %31s %31s %63s %31s %31s %lu %lu %lu %lu %lu", a, ai, am, b, bi, bm, &delay, &jitter, &loss, &rate,
                 &queue) == 11) {
        if (count >= 2 * LINKS_MAX) { errno = E2BIG; fail("more links than", "1024"); }
        int one = tap(a, ai, am), other = tap(b, bi, bm);
        for (int k = 0; k < 2; k++) {
            struct way *w = &ways[count++];
            w->in = k ? other : one; w->out = k ? one : other; w->queue = queue;
            w->ring = mmap(NULL, RING + FRAME_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (w->ring == MAP_FAILED) fail("memory for", ai);
            set(w, delay, jitter, loss, rate);
        }
    }
}

static struct frame *at(struct way *w, uint64_t place) { return (struct frame *)(w->ring + place % RING); }

static uint64_t span(uint32_t size) { return (sizeof(struct frame) + size + 15) & ~15ull; }

/* A frame lies in one piece: the ring is followed by room for one more, so that the last may reach over its end. */
static void take(struct way *w, const unsigned char *data, uint32_t size, uint64_t t) {
    if (w->down || (w->loss && chance() % 1000000 < w->loss)) { w->dropped++; return; }
    uint64_t begins = w->free_at > t ? w->free_at : t;
    int full = w->rate && w->queue && (begins - t) * (w->rate / 8) / 1000000000ull > w->queue;
    if (full || w->head - w->tail + span(size) > RING) { w->dropped++; return; }
    if (w->rate) w->free_at = begins += size * 8000000000ull / w->rate;
    uint64_t due = begins + w->delay;
    if (w->jitter) { due += chance() % (2 * w->jitter); due -= due - t > w->jitter ? w->jitter : due - t; }
    if (due < w->last_due) due = w->last_due;
    w->last_due = due;
    struct frame *f = at(w, w->head);
    f->due = due; f->size = size;
    memcpy(f + 1, data, size);
    w->head += span(size);
}

static uint64_t give(struct way *w, uint64_t t) {  /* all that is due; when the next one is, or ~0 */
    while (w->tail != w->head) {
        struct frame *f = at(w, w->tail);
        if (f->due > t) return f->due;
        if (w->down || write(w->out, f + 1, f->size) < 0) w->dropped++;
        else { w->frames++; w->bytes += f->size; }
        w->tail += span(f->size);
    }
    return ~0ull;
}

static void obey(int control) {
    char said[256], answer[256];
    struct sockaddr_un from;
    socklen_t length = sizeof from;
    ssize_t size = recvfrom(control, said, sizeof said - 1, MSG_DONTWAIT, (void *)&from, &length);
    if (size < 0) return;
    said[size] = 0;
    unsigned link; unsigned long a, b, c, d; int up;
    snprintf(answer, sizeof answer, "not understood\n");
    if (sscanf(said, "set %u %lu %lu %lu %lu", &link, &a, &b, &c, &d) == 5 && link < (unsigned)count / 2) {
        set(&ways[2 * link], a, b, c, d); set(&ways[2 * link + 1], a, b, c, d);
        snprintf(answer, sizeof answer, "ok\n");
    } else if (sscanf(said, "up %u %d", &link, &up) == 2 && link < (unsigned)count / 2) {
        ways[2 * link].down = ways[2 * link + 1].down = !up;
        snprintf(answer, sizeof answer, "ok\n");
    } else if (sscanf(said, "stat %u", &link) == 1 && link < (unsigned)count / 2) {
        struct way *x = &ways[2 * link], *y = x + 1;
        snprintf(answer, sizeof answer, "%lu %lu %lu %lu %lu %lu\n", x->frames, x->bytes, x->dropped, y->frames, y->bytes,
                 y->dropped);
    }
    if (length > sizeof(sa_family_t)) sendto(control, answer, strlen(answer), MSG_DONTWAIT, (void *)&from, length);
}

int main(int argc, char **argv) {
    if (argc != 2) { fprintf(stderr, "relay SOCKET < LINKS\n"); return 2; }
    home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    prctl(PR_SET_TIMERSLACK, 1);
    mlockall(MCL_CURRENT);  /* before the rings, which need not all be there */
    read_links();
    int poll = epoll_create1(EPOLL_CLOEXEC), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    int control = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    snprintf(place.sun_path, sizeof place.sun_path, "%s", argv[1]);
    unlink(argv[1]);
    if (bind(control, (void *)&place, sizeof place)) fail("socket", argv[1]);
    struct epoll_event e = {.events = EPOLLIN};
    for (int i = 0; i < count; i++) { e.data.u32 = i; epoll_ctl(poll, EPOLL_CTL_ADD, ways[i].in, &e); }
    e.data.u32 = CONTROL; epoll_ctl(poll, EPOLL_CTL_ADD, control, &e);
    e.data.u32 = CONTROL + 1; epoll_ctl(poll, EPOLL_CTL_ADD, timer, &e);
    struct sched_param soon = {.sched_priority = 10};
    sched_setscheduler(0, SCHED_FIFO, &soon);  /* where it may; it is idle but for what it passes on */
    printf("ready %d\n", count / 2);
    fflush(stdout);
    static unsigned char data[FRAME_MAX];
    struct epoll_event events[BATCH];
    uint64_t armed = ~0ull;
    for (;;) {
        int n = epoll_wait(poll, events, BATCH, -1);
        for (int i = 0; i < n; i++) {
            uint32_t which = events[i].data.u32;
            if (which < (uint32_t)count) {
                struct way *w = &ways[which];
                uint64_t t = now();
                for (int k = 0; k < BATCH; k++) {
                    ssize_t size = read(w->in, data, sizeof data);
                    if (size <= 0) break;
                    take(w, data, size, t);
                }
            } else if (which == CONTROL) {
                obey(control);
            } else {
                uint64_t rung;
                if (read(timer, &rung, sizeof rung) > 0) armed = ~0ull;
            }
        }
        uint64_t next = ~0ull, t = now();
        for (int i = 0; i < count; i++) {
            uint64_t due = give(&ways[i], t);
            if (due < next) next = due;
        }
        if (next != armed && next != ~0ull) {
            struct itimerspec when = {.it_value = {next / 1000000000ull, next % 1000000000ull}};
            timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
            armed = next;
        }
    }
}
