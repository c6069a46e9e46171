// Element-wise operations. Debian's SUNDIALS runs them unoptimised; these replace its table of operations.
#include "kernels.h"
#include <math.h>

void ck_linear_sum(ptrdiff_t n, double a, ck_cvec x, double b, ck_cvec y, ck_vec z) {
    if (a == 1.0 && b == 1.0) {
        for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] + y[i];
    } else if (a == 1.0 && b == -1.0) {
        for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] - y[i];
    } else if (a == 1.0) {
        for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] + b * y[i];
    } else if (b == 1.0) {
        for (ptrdiff_t i = 0; i < n; i++) z[i] = a * x[i] + y[i];
    } else {
        for (ptrdiff_t i = 0; i < n; i++) z[i] = a * x[i] + b * y[i];
    }
}

void ck_const(ptrdiff_t n, double c, ck_vec z) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = c;
}

void ck_prod(ptrdiff_t n, ck_cvec x, ck_cvec y, ck_vec z) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] * y[i];
}

void ck_div(ptrdiff_t n, ck_cvec x, ck_cvec y, ck_vec z) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] / y[i];
}

void ck_scale(ptrdiff_t n, double c, ck_cvec x, ck_vec z) {
    if (c == 1.0) {
        if (x == z) return;
        __builtin_memmove(z, x, (size_t)n * sizeof(double));
    } else {
        for (ptrdiff_t i = 0; i < n; i++) z[i] = c * x[i];
    }
}

void ck_abs(ptrdiff_t n, ck_cvec x, ck_vec z) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = fabs(x[i]);
}

void ck_inv(ptrdiff_t n, ck_cvec x, ck_vec z) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = 1.0 / x[i];
}

void ck_add_const(ptrdiff_t n, ck_cvec x, double b, ck_vec z) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] + b;
}

// Eight partial sums: the compiler may not reorder a floating-point sum by itself.
#define REDUCE(TERM)                                                          \
    double s[8] = {0, 0, 0, 0, 0, 0, 0, 0};                                   \
    ptrdiff_t i = 0;                                                          \
    for (; i + 8 <= n; i += 8)                                                \
        for (int l = 0; l < 8; l++) s[l] += TERM(i + l);                      \
    for (; i < n; i++) s[0] += TERM(i);                                       \
    return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));

double ck_dot(ptrdiff_t n, ck_cvec x, ck_cvec y) {
#define TERM(k) (x[k] * y[k])
    REDUCE(TERM)
#undef TERM
}

double ck_sum_sq_weighted(ptrdiff_t n, ck_cvec x, ck_cvec w) {
#define TERM(k) ((x[k] * w[k]) * (x[k] * w[k]))
    REDUCE(TERM)
#undef TERM
}

double ck_sum_sq_weighted_mask(ptrdiff_t n, ck_cvec x, ck_cvec w, ck_cvec id) {
#define TERM(k) (id[k] > 0 ? (x[k] * w[k]) * (x[k] * w[k]) : 0.0)
    REDUCE(TERM)
#undef TERM
}

double ck_max_norm(ptrdiff_t n, ck_cvec x) {
    double m = 0;
    for (ptrdiff_t i = 0; i < n; i++) m = fabs(x[i]) > m ? fabs(x[i]) : m;
    return m;
}

double ck_min(ptrdiff_t n, ck_cvec x) {
    double m = n > 0 ? x[0] : 0;
    for (ptrdiff_t i = 1; i < n; i++) m = x[i] < m ? x[i] : m;
    return m;
}

// One pass whatever the number of vectors (IDA's order is at most 5).
void ck_linear_combination(ptrdiff_t n, int count, const double *c, const double *const *x, ck_vec z) {
    switch (count) {
    case 1: ck_scale(n, c[0], x[0], z); return;
    case 2: ck_linear_sum(n, c[0], x[0], c[1], x[1], z); return;
    case 3: {
        const double *a = x[0], *b = x[1], *d = x[2];
        for (ptrdiff_t i = 0; i < n; i++) z[i] = c[0] * a[i] + (c[1] * b[i] + c[2] * d[i]);
        return;
    }
    case 4: {
        const double *a = x[0], *b = x[1], *d = x[2], *e = x[3];
        const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
        for (ptrdiff_t i = 0; i < n; i++) z[i] = (c0 * a[i] + c1 * b[i]) + (c2 * d[i] + c3 * e[i]);
        return;
    }
    case 5: {
        const double *a = x[0], *b = x[1], *d = x[2], *e = x[3], *f = x[4];
        const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4];
        for (ptrdiff_t i = 0; i < n; i++)
            z[i] = (c0 * a[i] + c1 * b[i]) + (c2 * d[i] + c3 * e[i]) + c4 * f[i];
        return;
    }
    case 6: {
        const double *a = x[0], *b = x[1], *d = x[2], *e = x[3], *f = x[4], *g = x[5];
        const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5];
        for (ptrdiff_t i = 0; i < n; i++)
            z[i] = (c0 * a[i] + c1 * b[i]) + (c2 * d[i] + c3 * e[i]) + (c4 * f[i] + c5 * g[i]);
        return;
    }
    default:
        ck_scale(n, c[0], x[0], z);
        for (int k = 1; k < count; k++) {
            const double *v = x[k];
            const double ck = c[k];
            for (ptrdiff_t i = 0; i < n; i++) z[i] += ck * v[i];
        }
    }
}

void ck_error_weights(ptrdiff_t n, double rtol, double atol, ck_cvec y, ck_vec w) {
    for (ptrdiff_t i = 0; i < n; i++) w[i] = 1.0 / (rtol * fabs(y[i]) + atol);
}

// Cubic Hermite table.
static inline __attribute__((always_inline)) void locate(double x, double x0, double inverse_step, ptrdiff_t intervals,
                                                         ptrdiff_t *cell, double *t, double *outside) {
    double s = (x - x0) * inverse_step;
    double limit = (double)intervals;
    double inside = s < 0 ? 0 : (s > limit ? limit : s);
    if (!(inside == inside)) inside = 0;
    ptrdiff_t k = (ptrdiff_t)inside;
    k = k < intervals ? k : intervals - 1;
    *cell = k;
    *t = inside - (double)k;
    *outside = s - inside;
}

void ck_table(ptrdiff_t n, ck_cvec x, double x0, double inverse_step, ptrdiff_t intervals, ck_cvec c, ck_vec value) {
    for (ptrdiff_t i = 0; i < n; i++) {
        ptrdiff_t k;
        double t, o;
        locate(x[i], x0, inverse_step, intervals, &k, &t, &o);
        const double *q = c + 4 * k;
        double v = q[0] + t * (q[1] + t * (q[2] + t * q[3]));
        if (o != 0) v += o * (q[1] + t * (2 * q[2] + t * 3 * q[3]));
        value[i] = v;
    }
}

void ck_table_derivative(ptrdiff_t n, ck_cvec x, double x0, double inverse_step, ptrdiff_t intervals, ck_cvec c,
                         ck_vec value, ck_vec derivative) {
    for (ptrdiff_t i = 0; i < n; i++) {
        ptrdiff_t k;
        double t, o;
        locate(x[i], x0, inverse_step, intervals, &k, &t, &o);
        const double *q = c + 4 * k;
        double d = q[1] + t * (2 * q[2] + t * 3 * q[3]);
        value[i] = q[0] + t * (q[1] + t * (q[2] + t * q[3])) + o * d;
        derivative[i] = d * inverse_step;
    }
}
