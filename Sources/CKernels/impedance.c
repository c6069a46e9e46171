// The linearised cell model at four angular frequencies at once, one in each lane; every complex number is a pair of lanes.
#include "kernels.h"

typedef double lanes __attribute__((vector_size(32)));
typedef double loose __attribute__((vector_size(32), aligned(8)));
typedef struct {
    lanes re, im;
} number;

#define INLINE static inline __attribute__((always_inline))

INLINE lanes load(const double *p) { return *(const loose *)p; }
INLINE void store(double *p, lanes v) { *(loose *)p = v; }
INLINE number fetch(const double *p) { return (number){load(p), load(p + 4)}; }
INLINE void put(double *p, number z) {
    store(p, z.re);
    store(p + 4, z.im);
}
INLINE number add(number a, number b) { return (number){a.re + b.re, a.im + b.im}; }
INLINE number sub(number a, number b) { return (number){a.re - b.re, a.im - b.im}; }
INLINE number mul(number a, number b) { return (number){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
// a b - c d
INLINE number cross(number a, number b, number c, number d) { return sub(mul(a, b), mul(c, d)); }
INLINE number scaled(double s, number a) { return (number){s * a.re, s * a.im}; }
INLINE number inverse(number a) {
    lanes s = 1.0 / (a.re * a.re + a.im * a.im);
    return (number){a.re * s, -a.im * s};
}

// Pivots without cancellation, however small omega: p_k = e_k - u_k with e_k = i omega + sum_k - l_k e_(k-1) / p_(k-1).
void ck_particle_response(ptrdiff_t shells, ptrdiff_t nx, ck_cvec lower, ck_cvec sums, ck_cvec upper, ck_cvec outer,
                          double inner, ck_cvec omega, ck_vec restrict response) {
    const lanes w = load(omega), zero = 0 * w;
    for (ptrdiff_t i = 0; i < nx; i++) {
        number e = {sums[i] + zero, w}, p = {zero, zero};
        for (ptrdiff_t k = 1; k < shells; k++) {
            const ptrdiff_t o = k * nx + i;
            p = inverse((number){e.re - upper[o - nx], e.im});
            e = sub((number){sums[o] + zero, w}, scaled(lower[o], mul(e, p)));
        }
        number last = {outer[i] + zero, zero};
        if (shells > 1) last = sub(last, scaled(inner * upper[(shells - 2) * nx + i], p));
        put(response + 8 * i, mul(last, inverse(e)));
    }
}

// inverse[9] of a complex 3 x 3 block.
INLINE void invert(const number *a, number *b) {
    number c0 = cross(a[4], a[8], a[5], a[7]), c1 = cross(a[5], a[6], a[3], a[8]), c2 = cross(a[3], a[7], a[4], a[6]);
    number d = inverse(add(add(mul(a[0], c0), mul(a[1], c1)), mul(a[2], c2)));
    b[0] = mul(c0, d);
    b[1] = mul(cross(a[2], a[7], a[1], a[8]), d);
    b[2] = mul(cross(a[1], a[5], a[2], a[4]), d);
    b[3] = mul(c1, d);
    b[4] = mul(cross(a[0], a[8], a[2], a[6]), d);
    b[5] = mul(cross(a[2], a[3], a[0], a[5]), d);
    b[6] = mul(c2, d);
    b[7] = mul(cross(a[1], a[6], a[0], a[7]), d);
    b[8] = mul(cross(a[0], a[4], a[1], a[3]), d);
}

// Row sum of a node's blocks: real transport, i omega mass, and the reaction's three complex slopes.
INLINE void row(const double *d, double mass, lanes omega, double t, const double *reaction, number *a) {
    const number g = fetch(reaction), k = fetch(reaction + 8), c = fetch(reaction + 16);
    for (int j = 0; j < 9; j++) a[j] = (number){d[j] + 0 * omega, 0 * omega};
    a[0].im += mass * omega;
    a[0] = add(a[0], scaled(t, c));
    a[1] = sub(a[1], k);
    a[2] = add(a[2], k);
    a[3] = add(a[3], c);
    a[4] = sub(a[4], g);
    a[5] = add(a[5], g);
    a[6] = sub(a[6], c);
    a[7] = add(a[7], g);
    a[8] = sub(a[8], g);
}

// As in the particles the pivots carry their row sums: P_k = E_k - N_k, E_k = S_k - L_k P_(k-1)^-1 E_(k-1), so that balances
// whose sums vanish lose nothing at low frequency. `bordered`: the first node has a right-hand side and a share in the output.
INLINE void sweep(int bordered, ptrdiff_t n, ck_cvec sums, ck_cvec left, ck_cvec right, ck_cvec mass, double t,
                  ck_cvec reaction, ck_cvec omega, const double *first, double share, ck_vec out) {
    const lanes w = load(omega), zero = 0 * w;
    number e[9], a[9], v[9], x[3], b[3], f[3], sum = {zero, zero};
    for (int j = 0; j < 3; j++) {
        b[j] = (number){(bordered ? first[j] : 0) + zero, zero};
        f[j] = (number){(bordered && j == 0 ? share : 0) + zero, zero};
    }
    row(sums, mass[0], w, t, reaction, e);
    for (ptrdiff_t i = 1; i < n; i++) {
        const double *r = right + 4 * (i - 1), *l = left + 4 * i;
        for (int j = 0; j < 9; j++) a[j] = e[j];
        a[0].re -= r[0];
        a[3].re -= r[1];
        a[4].re -= r[2];
        a[8].re -= r[3];
        invert(a, v);
        if (bordered) {
            for (int j = 0; j < 3; j++)
                x[j] = add(add(mul(v[3 * j], b[0]), mul(v[3 * j + 1], b[1])), mul(v[3 * j + 2], b[2]));
            sum = add(sum, add(add(mul(f[0], x[0]), mul(f[1], x[1])), mul(f[2], x[2])));
            number h[3];
            for (int j = 0; j < 3; j++)
                h[j] = add(add(mul(f[0], v[j]), mul(f[1], v[3 + j])), mul(f[2], v[6 + j]));
            f[0] = sub((number){zero, zero}, add(scaled(r[0], h[0]), scaled(r[1], h[1])));
            f[1] = scaled(-r[2], h[1]);
            f[2] = scaled(-r[3], h[2]);
            b[0] = scaled(-l[0], x[0]);
            b[1] = sub((number){zero, zero}, add(scaled(l[1], x[0]), scaled(l[2], x[1])));
            b[2] = scaled(-l[3], x[2]);
        }
        for (int j = 0; j < 3; j++) {
            a[j] = scaled(l[0], v[j]);
            a[3 + j] = add(scaled(l[1], v[j]), scaled(l[2], v[3 + j]));
            a[6 + j] = scaled(l[3], v[6 + j]);
        }
        for (int j = 0; j < 9; j++) v[j] = e[j];
        row(sums + 9 * i, mass[i], w, t, reaction + 24 * i, e);
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++)
                for (int m = 0; m < 3; m++) e[3 * j + k] = sub(e[3 * j + k], mul(a[3 * j + m], v[3 * m + k]));
    }
    invert(e, v);
    b[2].re += 1;
    for (int j = 0; j < 3; j++)
        x[j] = add(add(mul(v[3 * j], b[0]), mul(v[3 * j + 1], b[1])), mul(v[3 * j + 2], b[2]));
    sum = add(sum, add(add(mul(f[0], x[0]), mul(f[1], x[1])), mul(f[2], x[2])));
    put(out, add(sum, x[2]));
}

void ck_block_response(ptrdiff_t n, ck_cvec sums, ck_cvec left, ck_cvec right, ck_cvec mass, double t,
                       ck_cvec reaction, ck_cvec omega, const double *first, double share, ck_vec out) {
    if (first)
        sweep(1, n, sums, left, right, mass, t, reaction, omega, first, share, out);
    else
        sweep(0, n, sums, left, right, mass, t, reaction, omega, first, share, out);
}

void ck_tridiagonal_response(ptrdiff_t n, ck_cvec lower, ck_cvec diagonal, ck_cvec upper, ck_cvec mass, ck_cvec omega,
                             ck_vec restrict work, ck_vec restrict x) {
    const lanes w = load(omega);
    for (ptrdiff_t i = 0; i < n; i++) {
        number d = {diagonal[i] + 0 * w, mass[i] * w}, b = fetch(x + 8 * i);
        if (i > 0) {
            const number p = fetch(work + 8 * (i - 1));
            d = sub(d, scaled(lower[i] * upper[i - 1], p));
            b = sub(b, scaled(lower[i], mul(p, fetch(x + 8 * (i - 1)))));
        }
        put(work + 8 * i, inverse(d));
        put(x + 8 * i, b);
    }
    for (ptrdiff_t i = n - 1; i >= 0; i--) {
        number b = fetch(x + 8 * i);
        if (i < n - 1) b = sub(b, scaled(upper[i], fetch(x + 8 * (i + 1))));
        put(x + 8 * i, mul(b, fetch(work + 8 * i)));
    }
}
