// Block-tridiagonal solve over x, three unknowns a node: concentration and potential of the electrolyte, potential of
// the solid. Both ends are eliminated towards the middle node at once, one end in each lane of a pair: the recurrence is
// bound by latency, and half its length is half its time. No pivoting: each diagonal block is inverted, which the
// elliptic operators allow (the full pivoted solve of KLU is the cross-check).
#include "kernels.h"
#include <string.h>

typedef double pair __attribute__((vector_size(16)));

// Off-diagonal pattern: concentration sees concentration (cc); electrolyte potential sees concentration (ec) and its
// own (ee); solid potential its own (ss).
typedef struct {
    pair inverse[9];  // D'^-1
    pair carry[9];    // M = P D'_prev^-1, takes the right-hand side from the previous node
    pair next[9];     // W = D'^-1 N
} node_factor;

typedef struct {
    double inverse[9];
    double from_left[9], from_right[9];
} middle_factor;

static ptrdiff_t middle_of(ptrdiff_t nodes) { return nodes / 2; }
ptrdiff_t ck_block_pairs(ptrdiff_t nodes) { return middle_of(nodes); }

size_t ck_block_factor_doubles(ptrdiff_t nodes) {
    // One spare pair for alignment.
    return 2 + (sizeof(node_factor) * (size_t)ck_block_pairs(nodes) + sizeof(middle_factor)) / sizeof(double);
}

// Right chain of an even number of nodes is one shorter: its first pair is padded by an identity.
static inline ptrdiff_t right_node(ptrdiff_t nodes, ptrdiff_t p) { return (nodes & 1) ? nodes - 1 - p : nodes - p; }

#define INVERT(TYPE, NAME)                                                                                    \
    static inline __attribute__((always_inline)) void NAME(const TYPE *a, TYPE *b) {                          \
        TYPE c0 = a[4] * a[8] - a[5] * a[7], c1 = a[5] * a[6] - a[3] * a[8], c2 = a[3] * a[7] - a[4] * a[6];  \
        TYPE d = 1.0 / (a[0] * c0 + a[1] * c1 + a[2] * c2);                                                   \
        b[0] = c0 * d;                                                                                        \
        b[1] = (a[2] * a[7] - a[1] * a[8]) * d;                                                               \
        b[2] = (a[1] * a[5] - a[2] * a[4]) * d;                                                               \
        b[3] = c1 * d;                                                                                        \
        b[4] = (a[0] * a[8] - a[2] * a[6]) * d;                                                               \
        b[5] = (a[2] * a[3] - a[0] * a[5]) * d;                                                               \
        b[6] = c2 * d;                                                                                        \
        b[7] = (a[1] * a[6] - a[0] * a[7]) * d;                                                               \
        b[8] = (a[0] * a[4] - a[1] * a[3]) * d;                                                               \
    }
INVERT(pair, invert_pair)
INVERT(double, invert_one)

static inline __attribute__((always_inline)) pair both(double l, double r) { return (pair){l, r}; }

void ck_block_factor(ptrdiff_t nodes, ck_cvec diagonal, ck_cvec left, ck_cvec right, ck_vec factor) {
    const ptrdiff_t m = middle_of(nodes);
    node_factor *f = (node_factor *)(((size_t)factor + 15) & ~(size_t)15);
    middle_factor *mid = (middle_factor *)(f + m);
    const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, none[4] = {0, 0, 0, 0};
    for (ptrdiff_t p = 0; p < m; p++) {
        const ptrdiff_t l = p, r = right_node(nodes, p);
        const int padded = r >= nodes;
        const double *dl = diagonal + 9 * l, *dr = padded ? identity : diagonal + 9 * r;
        const double *nl = right + 4 * l, *nr = padded ? none : left + 4 * r;
        pair d[9], n[4];
        for (int i = 0; i < 9; i++) d[i] = both(dl[i], dr[i]);
        for (int i = 0; i < 4; i++) n[i] = both(nl[i], nr[i]);
        node_factor *here = f + p;
        if (p > 0) {
            // A node that follows the padding has no neighbour there: its coupling outwards must be dropped.
            const int first = right_node(nodes, p - 1) >= nodes;
            const double *pl = left + 4 * l, *pr = first ? none : right + 4 * r;
            pair q[4];
            for (int i = 0; i < 4; i++) q[i] = both(pl[i], pr[i]);
            const node_factor *before = f + p - 1;
            for (int i = 0; i < 3; i++) {
                d[i] -= q[0] * before->next[i];
                d[3 + i] -= q[1] * before->next[i] + q[2] * before->next[3 + i];
                d[6 + i] -= q[3] * before->next[6 + i];
                here->carry[i] = q[0] * before->inverse[i];
                here->carry[3 + i] = q[1] * before->inverse[i] + q[2] * before->inverse[3 + i];
                here->carry[6 + i] = q[3] * before->inverse[6 + i];
            }
        } else {
            memset(here->carry, 0, sizeof here->carry);
        }
        invert_pair(d, here->inverse);
        for (int i = 0; i < 3; i++) {
            here->next[3 * i] = here->inverse[3 * i] * n[0] + here->inverse[3 * i + 1] * n[1];
            here->next[3 * i + 1] = here->inverse[3 * i + 1] * n[2];
            here->next[3 * i + 2] = here->inverse[3 * i + 2] * n[3];
        }
    }
    double d[9];
    memcpy(d, diagonal + 9 * m, sizeof d);
    memset(mid->from_left, 0, sizeof mid->from_left);
    memset(mid->from_right, 0, sizeof mid->from_right);
    if (m > 0) {
        const node_factor *last = f + m - 1;
        for (int lane = 0; lane < 2; lane++) {
            if (lane == 1 && right_node(nodes, m - 1) >= nodes) break;
            const double *q = (lane == 0 ? left : right) + 4 * m;
            double *carry = lane == 0 ? mid->from_left : mid->from_right;
            for (int i = 0; i < 3; i++) {
                d[i] -= q[0] * last->next[i][lane];
                d[3 + i] -= q[1] * last->next[i][lane] + q[2] * last->next[3 + i][lane];
                d[6 + i] -= q[3] * last->next[6 + i][lane];
                carry[i] = q[0] * last->inverse[i][lane];
                carry[3 + i] = q[1] * last->inverse[i][lane] + q[2] * last->inverse[3 + i][lane];
                carry[6 + i] = q[3] * last->inverse[6 + i][lane];
            }
        }
    }
    invert_one(d, mid->inverse);
}

void ck_block_solve(ptrdiff_t nodes, ck_cvec factor, ck_vec c, ck_vec e, ck_vec s) {
    const ptrdiff_t m = middle_of(nodes);
    const node_factor *f = (const node_factor *)(((size_t)factor + 15) & ~(size_t)15);
    const middle_factor *mid = (const middle_factor *)(f + m);
    pair store[3 * (m > 0 ? m : 1)];
    pair a = {0, 0}, b = {0, 0}, d = {0, 0};
    for (ptrdiff_t p = 0; p < m; p++) {
        const ptrdiff_t r = right_node(nodes, p);
        const int padded = r >= nodes;
        const pair *k = f[p].carry, *v = f[p].inverse;
        pair x = both(c[p], padded ? 0 : c[r]), y = both(e[p], padded ? 0 : e[r]), z = both(s[p], padded ? 0 : s[r]);
        pair nx = (x - k[0] * a) - (k[1] * b + k[2] * d);
        pair ny = (y - k[3] * a) - (k[4] * b + k[5] * d);
        pair nz = (z - k[6] * a) - (k[7] * b + k[8] * d);
        a = nx;
        b = ny;
        d = nz;
        store[3 * p] = v[0] * a + v[1] * b + v[2] * d;
        store[3 * p + 1] = v[3] * a + v[4] * b + v[5] * d;
        store[3 * p + 2] = v[6] * a + v[7] * b + v[8] * d;
    }
    double x = c[m], y = e[m], z = s[m];
    const double *l = mid->from_left, *r = mid->from_right, *v = mid->inverse;
    x -= (l[0] * a[0] + l[1] * b[0] + l[2] * d[0]) + (r[0] * a[1] + r[1] * b[1] + r[2] * d[1]);
    y -= (l[3] * a[0] + l[4] * b[0] + l[5] * d[0]) + (r[3] * a[1] + r[4] * b[1] + r[5] * d[1]);
    z -= (l[6] * a[0] + l[7] * b[0] + l[8] * d[0]) + (r[6] * a[1] + r[7] * b[1] + r[8] * d[1]);
    c[m] = v[0] * x + v[1] * y + v[2] * z;
    e[m] = v[3] * x + v[4] * y + v[5] * z;
    s[m] = v[6] * x + v[7] * y + v[8] * z;
    a = both(c[m], c[m]);
    b = both(e[m], e[m]);
    d = both(s[m], s[m]);
    for (ptrdiff_t p = m - 1; p >= 0; p--) {
        const ptrdiff_t q = right_node(nodes, p);
        const pair *w = f[p].next;
        pair nx = (store[3 * p] - w[0] * a) - (w[1] * b + w[2] * d);
        pair ny = (store[3 * p + 1] - w[3] * a) - (w[4] * b + w[5] * d);
        pair nz = (store[3 * p + 2] - w[6] * a) - (w[7] * b + w[8] * d);
        a = nx;
        b = ny;
        d = nz;
        c[p] = a[0];
        e[p] = b[0];
        s[p] = d[0];
        if (q < nodes) {
            c[q] = a[1];
            e[q] = b[1];
            s[q] = d[1];
        }
    }
}
